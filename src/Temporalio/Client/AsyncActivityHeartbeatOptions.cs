namespace Temporalio.Client;

/// <summary>Options for a heartbeat from outside the worker.</summary>
public class AsyncActivityHeartbeatOptions : ICloneable
{
    /// <summary>Values for the next attempt. Default: none.</summary>
    public IReadOnlyCollection<object?>? Details { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (AsyncActivityHeartbeatOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
