using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Common;
using Temporalio.Converters;

namespace Temporalio.Client;

/// <summary>A run as listings show it. Times are UTC.</summary>
public class WorkflowExecution
{
    private readonly Lazy<IReadOnlyDictionary<string, IEncodedRawValue>> _memo;
    private readonly Lazy<SearchAttributeCollection> _searchAttributes;

    /// <summary>Creates the object.</summary>
    /// <param name="rawInfo">The server's answer.</param>
    /// <param name="dataConverter">Converter of the memo.</param>
    /// <param name="clientNamespaceForDataConverterWithContext">Namespace, when the converter is still to be given the workflow's context.</param>
    protected internal WorkflowExecution(
        WorkflowExecutionInfo rawInfo, DataConverter dataConverter, string? clientNamespaceForDataConverterWithContext)
    {
        RawInfo = rawInfo;
        _memo = new(() =>
        {
            var converter = clientNamespaceForDataConverterWithContext is { } name
                ? dataConverter.WithSerializationContext(new ISerializationContext.Workflow(name, Id))
                : dataConverter;
            return (rawInfo.Memo?.Fields ?? []).ToDictionary(f => f.Key, IEncodedRawValue (f) => new EncodedRawValue(converter, f.Value));
        });
        _searchAttributes = new(() =>
            rawInfo.SearchAttributes is { } attributes ? SearchAttributeCollection.FromProto(attributes) : SearchAttributeCollection.Empty);
    }

    /// <summary>Id of the workflow.</summary>
    public string Id => RawInfo.Execution.WorkflowId;

    /// <summary>Id of the run.</summary>
    public string RunId => RawInfo.Execution.RunId;

    /// <summary>Type name of the workflow.</summary>
    public string WorkflowType => RawInfo.Type?.Name ?? string.Empty;

    /// <summary>Whether and how the run ended.</summary>
    public WorkflowExecutionStatus Status => RawInfo.Status;

    /// <summary>When the run was created.</summary>
    public DateTime StartTime => RawInfo.StartTime.ToDateTime();

    /// <summary>When the run began or begins to work, after its backoff; null when unknown.</summary>
    public DateTime? ExecutionTime => RawInfo.ExecutionTime?.ToDateTime();

    /// <summary>When the run closed; null while it is open.</summary>
    public DateTime? CloseTime => RawInfo.CloseTime?.ToDateTime();

    /// <summary>Events in its history.</summary>
    public int HistoryLength => (int)RawInfo.HistoryLength;

    /// <summary>Task queue of its worker.</summary>
    public string TaskQueue => RawInfo.TaskQueue;

    /// <summary>Id of the parent workflow; null if it is no child.</summary>
    public string? ParentId => NullIfEmpty(RawInfo.ParentExecution?.WorkflowId);

    /// <summary>Run id of the parent workflow; null if it is no child.</summary>
    public string? ParentRunId => NullIfEmpty(RawInfo.ParentExecution?.RunId);

    /// <summary>Values kept with the workflow.</summary>
    public IReadOnlyDictionary<string, IEncodedRawValue> Memo => _memo.Value;

    /// <summary>Searchable values kept with the workflow.</summary>
    public SearchAttributeCollection TypedSearchAttributes => _searchAttributes.Value;

    /// <summary>The server's answer.</summary>
    internal WorkflowExecutionInfo RawInfo { get; }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
