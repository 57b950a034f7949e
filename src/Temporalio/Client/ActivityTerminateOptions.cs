namespace Temporalio.Client;

/// <summary>Options for terminating an activity without workflow.</summary>
public class ActivityTerminateOptions : ICloneable
{
    /// <summary>Why, for people. Default: none.</summary>
    public string? Reason { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ActivityTerminateOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
