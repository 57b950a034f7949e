namespace Temporalio.Client;

/// <summary>Options for confirming a cancellation from outside the worker.</summary>
public class AsyncActivityReportCancellationOptions : ICloneable
{
    /// <summary>Values for whoever handles the cancellation. Default: none.</summary>
    public IReadOnlyCollection<object?>? Details { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (AsyncActivityReportCancellationOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
