using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>End of the outbound chain: turns calls into commands and waits for their jobs.</summary>
internal sealed class RootOutbound(WorkflowInstance instance) : WorkflowOutboundInterceptor
{
    /// <summary>Timers.</summary>
    public TimerCalls Timers { get; } = new(instance);

    /// <summary>Activities, regular and local: they share one counter.</summary>
    public ActivityCalls Activities { get; } = new(instance);

    /// <summary>Child workflows.</summary>
    public ChildCalls Children { get; } = new(instance);

    /// <summary>Signals and cancel requests to other workflows.</summary>
    public ExternalCalls Externals { get; } = new(instance);

    /// <inheritdoc/>
    public override Task CancelExternalWorkflowAsync(CancelExternalWorkflowInput input) => Externals.CancelAsync(input);

    /// <inheritdoc/>
    public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input) => new(input);

    /// <inheritdoc/>
    public override Task DelayAsync(DelayAsyncInput input) => Timers.DelayAsync(input);

    /// <inheritdoc/>
    public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => Activities.ScheduleAsync<TResult>(input);

    /// <inheritdoc/>
    public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
        Activities.ScheduleLocalAsync<TResult>(input);

    /// <inheritdoc/>
    public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) => Externals.SignalChildAsync(input);

    /// <inheritdoc/>
    public override Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) => Externals.SignalAsync(input);

    /// <inheritdoc/>
    public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
        Children.StartAsync<TWorkflow, TResult>(input);
}
