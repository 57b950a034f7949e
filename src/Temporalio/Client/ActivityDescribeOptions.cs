namespace Temporalio.Client;

/// <summary>Options for describing an activity without workflow.</summary>
public class ActivityDescribeOptions : ICloneable
{
    /// <summary>Token of an earlier description: the call then waits until something has changed. Default: none, the answer comes at once.</summary>
    public byte[]? LongPollToken { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ActivityDescribeOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
