using Temporalio.Api.Enums.V1;

namespace Temporalio.Client;

/// <summary>Options for reading a history.</summary>
public class WorkflowHistoryFetchOptions : ICloneable
{
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
        var copy = (WorkflowHistoryFetchOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
