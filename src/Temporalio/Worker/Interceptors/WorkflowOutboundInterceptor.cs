using Temporalio.Workflows;

namespace Temporalio.Worker.Interceptors;

/// <summary>Intercepts what a workflow asks for. Runs as workflow code: the same rules of determinism hold.</summary>
public abstract class WorkflowOutboundInterceptor
{
    /// <summary>An interceptor in front of another.</summary>
    /// <param name="next">Next in the chain.</param>
    protected WorkflowOutboundInterceptor(WorkflowOutboundInterceptor next) => Next = next;

    private protected WorkflowOutboundInterceptor() => Next = null!;

    /// <summary>Next in the chain.</summary>
    protected WorkflowOutboundInterceptor Next { get; }

    /// <summary>A request to cancel another workflow.</summary>
    /// <param name="input">The request.</param>
    /// <returns>Done when it is delivered.</returns>
    public virtual Task CancelExternalWorkflowAsync(CancelExternalWorkflowInput input) => Next.CancelExternalWorkflowAsync(input);

    /// <summary>Going on as a new run.</summary>
    /// <param name="input">The new run.</param>
    /// <returns>The exception to throw.</returns>
    public virtual ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input) =>
        Next.CreateContinueAsNewException(input);

    /// <summary>A timer.</summary>
    /// <param name="input">The timer.</param>
    /// <returns>Done when it fires.</returns>
    public virtual Task DelayAsync(DelayAsyncInput input) => Next.DelayAsync(input);

    /// <summary>An activity.</summary>
    /// <typeparam name="TResult">Type of the result; <see cref="ValueTuple"/> for none.</typeparam>
    /// <param name="input">The activity.</param>
    /// <returns>Its result.</returns>
    public virtual Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => Next.ScheduleActivityAsync<TResult>(input);

    /// <summary>A local activity.</summary>
    /// <typeparam name="TResult">Type of the result; <see cref="ValueTuple"/> for none.</typeparam>
    /// <param name="input">The activity.</param>
    /// <returns>Its result.</returns>
    public virtual Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
        Next.ScheduleLocalActivityAsync<TResult>(input);

    /// <summary>A signal to a child.</summary>
    /// <param name="input">The signal.</param>
    /// <returns>Done when it is delivered.</returns>
    public virtual Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) => Next.SignalChildWorkflowAsync(input);

    /// <summary>A signal to another workflow.</summary>
    /// <param name="input">The signal.</param>
    /// <returns>Done when it is delivered.</returns>
    public virtual Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) => Next.SignalExternalWorkflowAsync(input);

    /// <summary>The start of a child.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="input">The child.</param>
    /// <returns>Its handle, once it is started.</returns>
    public virtual Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
        Next.StartChildWorkflowAsync<TWorkflow, TResult>(input);
}
