namespace Temporalio.Client;

/// <summary>Options for terminating a workflow.</summary>
public class WorkflowTerminateOptions : ICloneable
{
    /// <summary>Values stored with the termination. Default: none.</summary>
    public IReadOnlyCollection<object?>? Details { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (WorkflowTerminateOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
