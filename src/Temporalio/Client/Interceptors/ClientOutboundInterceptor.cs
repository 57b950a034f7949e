using Temporalio.Client.Schedules;

namespace Temporalio.Client.Interceptors;

/// <summary>Sees the calls of a client. Derive and override what is of interest; the rest goes on to the next one.</summary>
public abstract partial class ClientOutboundInterceptor
{
    /// <summary>Creates a link of the chain.</summary>
    /// <param name="next">The next link.</param>
    protected ClientOutboundInterceptor(ClientOutboundInterceptor next) => Next = next;

    private protected ClientOutboundInterceptor() => Next = null!;

    /// <summary>The next link.</summary>
#pragma warning disable CA1716 // The name is the official SDK's.
    protected ClientOutboundInterceptor Next { get; }
#pragma warning restore CA1716

    /// <summary>Backfills a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task BackfillScheduleAsync(BackfillScheduleInput input) => Next.BackfillScheduleAsync(input);

    /// <summary>Asks a workflow to cancel.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task CancelWorkflowAsync(CancelWorkflowInput input) => Next.CancelWorkflowAsync(input);

    /// <summary>Completes an activity from outside its worker.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task CompleteAsyncActivityAsync(CompleteAsyncActivityInput input) => Next.CompleteAsyncActivityAsync(input);

    /// <summary>Counts workflows.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<WorkflowExecutionCount> CountWorkflowsAsync(CountWorkflowsInput input) => Next.CountWorkflowsAsync(input);

    /// <summary>Creates a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<ScheduleHandle> CreateScheduleAsync(CreateScheduleInput input) => Next.CreateScheduleAsync(input);

    /// <summary>Deletes a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task DeleteScheduleAsync(DeleteScheduleInput input) => Next.DeleteScheduleAsync(input);

    /// <summary>Describes a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<ScheduleDescription> DescribeScheduleAsync(DescribeScheduleInput input) => Next.DescribeScheduleAsync(input);

    /// <summary>Describes a workflow.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<WorkflowExecutionDescription> DescribeWorkflowAsync(DescribeWorkflowInput input) => Next.DescribeWorkflowAsync(input);

    /// <summary>Fails an activity from outside its worker.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task FailAsyncActivityAsync(FailAsyncActivityInput input) => Next.FailAsyncActivityAsync(input);

    /// <summary>Reads a page of history; waits for one if asked to.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<WorkflowHistoryEventPage> FetchWorkflowHistoryEventPageAsync(FetchWorkflowHistoryEventPageInput input) => Next.FetchWorkflowHistoryEventPageAsync(input);

    /// <summary>Records a heartbeat from outside the worker.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task HeartbeatAsyncActivityAsync(HeartbeatAsyncActivityInput input) => Next.HeartbeatAsyncActivityAsync(input);

    /// <summary>Lists schedules.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual IAsyncEnumerable<ScheduleListDescription> ListSchedulesAsync(ListSchedulesInput input) => Next.ListSchedulesAsync(input);

    /// <summary>Lists workflows.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(ListWorkflowsInput input) => Next.ListWorkflowsAsync(input);

    /// <summary>Lists one page of workflows.</summary>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<WorkflowListPage> ListWorkflowsPaginatedAsync(ListWorkflowsPaginatedInput input) => Next.ListWorkflowsPaginatedAsync(input);

    /// <summary>Pauses a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task PauseScheduleAsync(PauseScheduleInput input) => Next.PauseScheduleAsync(input);

    /// <summary>Queries a workflow.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input) => Next.QueryWorkflowAsync<TResult>(input);

    /// <summary>Confirms a cancellation from outside the worker.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task ReportCancellationAsyncActivityAsync(ReportCancellationAsyncActivityInput input) => Next.ReportCancellationAsyncActivityAsync(input);

    /// <summary>Signals a workflow.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task SignalWorkflowAsync(SignalWorkflowInput input) => Next.SignalWorkflowAsync(input);

    /// <summary>Sends an update, starting the workflow if need be.</summary>
    /// <typeparam name="TUpdateResult">Type of the result.</typeparam>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(StartUpdateWithStartWorkflowInput input) => Next.StartUpdateWithStartWorkflowAsync<TUpdateResult>(input);

    /// <summary>Starts a workflow, with a signal if the options say so.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) => Next.StartWorkflowAsync<TWorkflow, TResult>(input);

    /// <summary>Sends an update.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="input">The call.</param>
    /// <returns>What the server answered.</returns>
    public virtual Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input) => Next.StartWorkflowUpdateAsync<TResult>(input);

    /// <summary>Terminates a workflow.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task TerminateWorkflowAsync(TerminateWorkflowInput input) => Next.TerminateWorkflowAsync(input);

    /// <summary>Triggers a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task TriggerScheduleAsync(TriggerScheduleInput input) => Next.TriggerScheduleAsync(input);

    /// <summary>Unpauses a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task UnpauseScheduleAsync(UnpauseScheduleInput input) => Next.UnpauseScheduleAsync(input);

    /// <summary>Changes a schedule.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When done.</returns>
    public virtual Task UpdateScheduleAsync(UpdateScheduleInput input) => Next.UpdateScheduleAsync(input);
}
