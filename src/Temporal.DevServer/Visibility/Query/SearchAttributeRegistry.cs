using System.Collections.Frozen;
using System.Globalization;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>The search attributes that a namespace's queries may name.</summary>
internal sealed class SearchAttributeRegistry
{
    /// <summary>The attribute that marks the server's own workflows.</summary>
    public const string NamespaceDivision = "TemporalNamespaceDivision";

    /// <summary>A name for the schedule in the id of its internal workflow, unless the namespace has an attribute of this name.</summary>
    public const string ScheduleId = "ScheduleId";

    private const string ReservedPrefix = "Temporal";
    private readonly Dictionary<string, (string Name, IndexedValueType Type)> _custom;
    private readonly Dictionary<string, string> _columns = new(StringComparer.Ordinal);

    /// <summary>Takes the custom attributes in the order in which they were added: it decides which of them <c>Keyword01</c> stands for.</summary>
    public SearchAttributeRegistry(IEnumerable<KeyValuePair<string, IndexedValueType>> custom)
    {
        _custom = new(StringComparer.Ordinal);
        Custom = new OrderedDictionary<string, IndexedValueType>(custom, StringComparer.Ordinal);
        var used = new Dictionary<IndexedValueType, int>();
        foreach (var (name, type) in Custom)
        {
            _custom[name] = (name, type);
            var number = used[type] = used.GetValueOrDefault(type) + 1;
            _custom.TryAdd(ColumnName(type, number), (name, type));
            _columns[ColumnName(type, number)] = name;
        }
    }

    /// <summary>Properties of a run, which no client sets.</summary>
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

    /// <summary>Attributes that exist in every namespace and are stored like custom ones.</summary>
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
        [NamespaceDivision] = IndexedValueType.Keyword,
        ["TemporalPauseInfo"] = IndexedValueType.KeywordList,
        ["TemporalReportedProblems"] = IndexedValueType.KeywordList,
        ["TemporalWorkerDeployment"] = IndexedValueType.Keyword,
        ["TemporalWorkerDeploymentVersion"] = IndexedValueType.Keyword,
        ["TemporalWorkflowVersioningBehavior"] = IndexedValueType.Keyword,
        ["TemporalUsedWorkerDeploymentVersions"] = IndexedValueType.KeywordList,
        ["TemporalExternalPayloadCount"] = IndexedValueType.Int,
        ["TemporalExternalPayloadSizeBytes"] = IndexedValueType.Int,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>How many custom attributes of each type a namespace may have.</summary>
    public static FrozenDictionary<IndexedValueType, int> Capacity { get; } = new Dictionary<IndexedValueType, int>
    {
        [IndexedValueType.Bool] = 3,
        [IndexedValueType.Int] = 3,
        [IndexedValueType.Double] = 3,
        [IndexedValueType.Datetime] = 3,
        [IndexedValueType.Keyword] = 10,
        [IndexedValueType.KeywordList] = 3,
        [IndexedValueType.Text] = 3,
    }.ToFrozenDictionary();

    /// <summary>Names of the store's columns for custom attributes (<c>Keyword01</c> ...), which queries may use like names.</summary>
    public static FrozenDictionary<string, IndexedValueType> ColumnNames { get; } = Capacity
        .SelectMany(type => Enumerable.Range(1, type.Value), (type, number) => KeyValuePair.Create(ColumnName(type.Key, number), type.Key))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The namespace's own attributes in the order in which they were added.</summary>
    public IReadOnlyDictionary<string, IndexedValueType> Custom { get; }

    /// <summary>The names of the namespace's own attributes by that of their column in the store.</summary>
    public IReadOnlyDictionary<string, string> CustomByColumn => _columns;

    /// <summary>The type of an attribute that runs may carry, or null for a name that is none.</summary>
    public IndexedValueType? Settable(string name) => Custom.TryGetValue(name, out var type) || Predefined.TryGetValue(name, out type) ? type : null;

    /// <summary>Finds the attribute behind a name in a query.</summary>
    /// <returns>False for a name that stands for none.</returns>
    public bool TryResolve(string name, out string attribute, out IndexedValueType type)
    {
        var fixedName = BuiltIn.ContainsKey(name) || Predefined.ContainsKey(name);
        if (!fixedName && _custom.TryGetValue(name, out var custom))
        {
            (attribute, type) = custom;
            return true;
        }

        if (name == ScheduleId)
        {
            (attribute, type) = (name, IndexedValueType.Keyword);
            return true;
        }

        string[] candidates = name.StartsWith(ReservedPrefix, StringComparison.Ordinal)
            ? [name, ReservedPrefix + name, name[ReservedPrefix.Length..]]
            : [name, ReservedPrefix + name];
        foreach (var candidate in candidates)
        {
            if (BuiltIn.TryGetValue(candidate, out type) || Predefined.TryGetValue(candidate, out type) || ColumnNames.TryGetValue(candidate, out type))
            {
                attribute = candidate;
                return true;
            }
        }

        (attribute, type) = ("", default);
        return false;
    }

    private static string ColumnName(IndexedValueType type, int number) => type + number.ToString("D2", CultureInfo.InvariantCulture);
}
