namespace Temporalio.Client;

/// <summary>Options for asking an activity without workflow to cancel.</summary>
public class ActivityCancelOptions : ICloneable
{
    /// <summary>Why, for people. Default: none.</summary>
    public string? Reason { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ActivityCancelOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
