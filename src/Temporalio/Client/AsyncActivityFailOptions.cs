namespace Temporalio.Client;

/// <summary>Options for failing an activity from outside its worker.</summary>
public class AsyncActivityFailOptions : ICloneable
{
    /// <summary>Heartbeat details for the next attempt. Default: those already recorded.</summary>
    public IReadOnlyCollection<object?>? LastHeartbeatDetails { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (AsyncActivityFailOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
