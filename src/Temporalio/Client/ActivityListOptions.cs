namespace Temporalio.Client;

/// <summary>Options for listing activities without workflow.</summary>
public class ActivityListOptions : ICloneable
{
    /// <summary>Activities at most. Default: 0, all.</summary>
    public int Limit { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ActivityListOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
