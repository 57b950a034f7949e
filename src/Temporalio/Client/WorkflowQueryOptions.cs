using Temporalio.Api.Enums.V1;

namespace Temporalio.Client;

/// <summary>Options for querying a workflow.</summary>
public class WorkflowQueryOptions : ICloneable
{
    /// <summary>When to reject the query instead of running it. Default: the client's.</summary>
    public QueryRejectCondition? RejectCondition { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (WorkflowQueryOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
