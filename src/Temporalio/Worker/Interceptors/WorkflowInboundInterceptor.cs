namespace Temporalio.Worker.Interceptors;

/// <summary>Intercepts what a workflow receives. Runs as workflow code: the same rules of determinism hold.</summary>
public abstract class WorkflowInboundInterceptor
{
    /// <summary>An interceptor in front of another.</summary>
    /// <param name="next">Next in the chain.</param>
    protected WorkflowInboundInterceptor(WorkflowInboundInterceptor next) => Next = next;

    private protected WorkflowInboundInterceptor() => Next = null!;

    /// <summary>Next in the chain.</summary>
    protected WorkflowInboundInterceptor Next { get; }

    /// <summary>Called first, with the outbound calls; pass on a wrapped one to intercept them.</summary>
    /// <param name="outbound">Outbound interceptor.</param>
    public virtual void Init(WorkflowOutboundInterceptor outbound) => Next.Init(outbound);

    /// <summary>The main method.</summary>
    /// <param name="input">The call.</param>
    /// <returns>Its result.</returns>
    public virtual Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input) => Next.ExecuteWorkflowAsync(input);

    /// <summary>A signal.</summary>
    /// <param name="input">The signal.</param>
    /// <returns>Done when it is handled.</returns>
    public virtual Task HandleSignalAsync(HandleSignalInput input) => Next.HandleSignalAsync(input);

    /// <summary>A query. Must change nothing.</summary>
    /// <param name="input">The query.</param>
    /// <returns>The answer.</returns>
    public virtual object? HandleQuery(HandleQueryInput input) => Next.HandleQuery(input);

    /// <summary>The check of an update before it is accepted; throwing refuses it. Not called on replay. Must change nothing.</summary>
    /// <param name="input">The update.</param>
    public virtual void ValidateUpdate(HandleUpdateInput input) => Next.ValidateUpdate(input);

    /// <summary>An accepted update.</summary>
    /// <param name="input">The update.</param>
    /// <returns>Its result.</returns>
    public virtual Task<object?> HandleUpdateAsync(HandleUpdateInput input) => Next.HandleUpdateAsync(input);
}
