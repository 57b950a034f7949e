namespace Temporalio.Worker.Interceptors;

/// <summary>Sees what activities do towards the server. Derive and override what is of interest; the rest goes on to the next one.</summary>
public abstract class ActivityOutboundInterceptor
{
    /// <summary>Creates a link of the chain.</summary>
    /// <param name="next">The next link.</param>
    protected ActivityOutboundInterceptor(ActivityOutboundInterceptor next) => Next = next;

    private protected ActivityOutboundInterceptor() => Next = null!;

    /// <summary>The next link.</summary>
#pragma warning disable CA1716 // The name is the official SDK's.
    protected ActivityOutboundInterceptor Next { get; }
#pragma warning restore CA1716

    /// <summary>Records a heartbeat.</summary>
    /// <param name="input">Its details.</param>
    public virtual void Heartbeat(HeartbeatInput input) => Next.Heartbeat(input);
}
