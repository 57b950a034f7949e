using Temporalio.Api.Enums.V1;

namespace Temporalio.Client;

/// <summary>Options for reading the events of a history.</summary>
public class WorkflowHistoryEventFetchOptions : ICloneable
{
    /// <summary>Whether to wait for further events until the run closes instead of ending at the last one.</summary>
    public bool WaitNewEvent { get; set; }

    /// <summary>Which events to return. Default: all.</summary>
    public HistoryEventFilterType EventFilterType { get; set; } = HistoryEventFilterType.AllEvent;

    /// <summary>Whether to leave archived histories out.</summary>
    public bool SkipArchival { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (WorkflowHistoryEventFetchOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
