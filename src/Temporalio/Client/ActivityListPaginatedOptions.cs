namespace Temporalio.Client;

/// <summary>Options for one page of activities without workflow.</summary>
public class ActivityListPaginatedOptions : ICloneable
{
    /// <summary>Activities at most. Default: 0, the server decides.</summary>
    public int PageSize { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ActivityListPaginatedOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
