using System.Collections.Frozen;
using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility;

/// <summary>The search attributes of one namespace: built in, predefined and custom.</summary>
internal sealed class SearchAttributeTypes(string namespaceName, IReadOnlyDictionary<string, IndexedValueType> custom)
{
    private const int LargestValue = 2048;

    /// <summary>Properties of a run; no client sets them.</summary>
    public static FrozenDictionary<string, IndexedValueType> BuiltIn { get; } = new Dictionary<string, IndexedValueType>
    {
        ["WorkflowId"] = IndexedValueType.Keyword,
        ["RunId"] = IndexedValueType.Keyword,
        ["WorkflowType"] = IndexedValueType.Keyword,
        ["TaskQueue"] = IndexedValueType.Keyword,
        ["ExecutionStatus"] = IndexedValueType.Keyword,
        ["StartTime"] = IndexedValueType.Datetime,
        ["ExecutionTime"] = IndexedValueType.Datetime,
        ["CloseTime"] = IndexedValueType.Datetime,
        ["HistoryLength"] = IndexedValueType.Int,
        ["HistorySizeBytes"] = IndexedValueType.Int,
        ["ExecutionDuration"] = IndexedValueType.Int,
        ["StateTransitionCount"] = IndexedValueType.Int,
        ["ParentWorkflowId"] = IndexedValueType.Keyword,
        ["ParentRunId"] = IndexedValueType.Keyword,
        ["RootWorkflowId"] = IndexedValueType.Keyword,
        ["RootRunId"] = IndexedValueType.Keyword,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Known everywhere and stored like custom ones; clients may set them.</summary>
    public static FrozenDictionary<string, IndexedValueType> Predefined { get; } = new Dictionary<string, IndexedValueType>
    {
        ["TemporalChangeVersion"] = IndexedValueType.KeywordList,
        ["BinaryChecksums"] = IndexedValueType.KeywordList,
        ["BuildIds"] = IndexedValueType.KeywordList,
        ["BatcherNamespace"] = IndexedValueType.Keyword,
        ["BatcherUser"] = IndexedValueType.Keyword,
        ["TemporalScheduledStartTime"] = IndexedValueType.Datetime,
        ["TemporalScheduledById"] = IndexedValueType.Keyword,
        ["TemporalSchedulePaused"] = IndexedValueType.Bool,
        ["TemporalNamespaceDivision"] = IndexedValueType.Keyword,
        ["TemporalPauseInfo"] = IndexedValueType.KeywordList,
        ["TemporalReportedProblems"] = IndexedValueType.KeywordList,
        ["TemporalWorkerDeployment"] = IndexedValueType.Keyword,
        ["TemporalWorkerDeploymentVersion"] = IndexedValueType.Keyword,
        ["TemporalExternalPayloadSizeBytes"] = IndexedValueType.Int,
        ["TemporalExternalPayloadCount"] = IndexedValueType.Int,
        ["TemporalUsedWorkerDeploymentVersions"] = IndexedValueType.KeywordList,
        ["TemporalWorkflowVersioningBehavior"] = IndexedValueType.Keyword,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, IndexedValueType> Custom { get; } = custom;

    /// <summary>The type of a stored attribute, or null for an unknown name.</summary>
    public IndexedValueType? Stored(string name) =>
        Custom.TryGetValue(name, out var type) || Predefined.TryGetValue(name, out type) ? type : null;

    /// <summary>The given attributes with each value's type noted, or the error that names the first bad one.</summary>
    public SearchAttributes? Typed(SearchAttributes? given)
    {
        if (given is null || given.IndexedFields.Count == 0)
        {
            return given;
        }

        var typed = new SearchAttributes();
        foreach (var (name, payload) in given.IndexedFields)
        {
            if (BuiltIn.ContainsKey(name))
            {
                throw ServiceErrors.InvalidArgument($"{name} attribute can't be set in SearchAttributes");
            }

            var type = Stored(name) ??
                throw ServiceErrors.InvalidArgument($"Namespace {namespaceName} has no mapping defined for search attribute {name}");
            if (!PayloadJson.IsNull(payload))
            {
                SearchAttributeValues.Check(name, type, payload);
                if (payload.Data.Length > LargestValue)
                {
                    throw ServiceErrors.InvalidArgument($"search attribute {name} value size {payload.Data.Length} exceeds size limit {LargestValue}");
                }
            }

            var copy = payload.Clone();
            copy.Metadata["type"] = ByteString.CopyFromUtf8(type.ToString());
            typed.IndexedFields[name] = copy;
        }

        return typed;
    }
}
