namespace Temporalio.Worker.Interceptors;

/// <summary>Sees activities on their way in. Derive and override what is of interest; the rest goes on to the next one.</summary>
public abstract class ActivityInboundInterceptor
{
    /// <summary>Creates a link of the chain.</summary>
    /// <param name="next">The next link.</param>
    protected ActivityInboundInterceptor(ActivityInboundInterceptor next) => Next = next;

    private protected ActivityInboundInterceptor() => Next = null!;

    /// <summary>The next link.</summary>
#pragma warning disable CA1716 // The name is the official SDK's.
    protected ActivityInboundInterceptor Next { get; }
#pragma warning restore CA1716

    /// <summary>Called once per attempt before it runs. Override to wrap the way out.</summary>
    /// <param name="outbound">The way out.</param>
    public virtual void Init(ActivityOutboundInterceptor outbound) => Next.Init(outbound);

    /// <summary>Runs the activity.</summary>
    /// <param name="input">What to run.</param>
    /// <returns>Its result.</returns>
    public virtual Task<object?> ExecuteActivityAsync(ExecuteActivityInput input) => Next.ExecuteActivityAsync(input);
}
