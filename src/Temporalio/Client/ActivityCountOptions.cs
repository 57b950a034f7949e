namespace Temporalio.Client;

/// <summary>Options for counting activities without workflow.</summary>
public class ActivityCountOptions : ICloneable
{
    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ActivityCountOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
