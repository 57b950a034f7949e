using System.Linq.Expressions;
using Temporalio.Client.Interceptors;
using Temporalio.Client.Schedules;
using Temporalio.Worker;

namespace Temporalio.Client;

/// <summary>A client of one namespace of a server. Safe for use by many threads; usually one per process.</summary>
public partial interface ITemporalClient : IWorkerClient
{
    /// <summary>The connection, shared with other clients and workers.</summary>
    ITemporalConnection Connection { get; }

    /// <summary>The service that clients and workers use, procedure by procedure.</summary>
    WorkflowService WorkflowService { get; }

    /// <summary>The service for administering a server, procedure by procedure.</summary>
    OperatorService OperatorService { get; }

    /// <summary>The chain of interceptors that every call of the client goes through.</summary>
    ClientOutboundInterceptor OutboundInterceptor { get; }

    /// <summary>Starts a workflow.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="workflowRunCall">Exactly one call of the run method, for example <c>wf =&gt; wf.RunAsync(order)</c>.</param>
    /// <param name="options">Options; id and task queue are required.</param>
    /// <returns>A handle of the started run.</returns>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is taken.</exception>
    /// <exception cref="Exceptions.RpcException">The server refused.</exception>
    Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, WorkflowOptions options);

    /// <summary>Starts a workflow without result.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="workflowRunCall">Exactly one call of the run method, for example <c>wf =&gt; wf.RunAsync(order)</c>.</param>
    /// <param name="options">Options; id and task queue are required.</param>
    /// <returns>A handle of the started run.</returns>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is taken.</exception>
    /// <exception cref="Exceptions.RpcException">The server refused.</exception>
    Task<WorkflowHandle<TWorkflow>> StartWorkflowAsync<TWorkflow>(
        Expression<Func<TWorkflow, Task>> workflowRunCall, WorkflowOptions options);

    /// <summary>Starts a workflow by name.</summary>
    /// <param name="workflow">Type name of the workflow.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; id and task queue are required.</param>
    /// <returns>A handle of the started run.</returns>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is taken.</exception>
    /// <exception cref="Exceptions.RpcException">The server refused.</exception>
    Task<WorkflowHandle> StartWorkflowAsync(string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options);

    /// <summary>A handle of an existing workflow; asks nothing of the server.</summary>
    /// <param name="id">Id of the workflow.</param>
    /// <param name="runId">Run to address. Default: the current one.</param>
    /// <param name="firstExecutionRunId">First run of the chain that cancel and terminate are limited to. Default: any.</param>
    /// <returns>The handle.</returns>
    WorkflowHandle GetWorkflowHandle(string id, string? runId = null, string? firstExecutionRunId = null);

    /// <summary>A handle of an existing workflow; asks nothing of the server.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="id">Id of the workflow.</param>
    /// <param name="runId">Run to address. Default: the current one.</param>
    /// <param name="firstExecutionRunId">First run of the chain that cancel and terminate are limited to. Default: any.</param>
    /// <returns>The handle.</returns>
    WorkflowHandle<TWorkflow> GetWorkflowHandle<TWorkflow>(string id, string? runId = null, string? firstExecutionRunId = null);

    /// <summary>A handle of an existing workflow; asks nothing of the server.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="id">Id of the workflow.</param>
    /// <param name="runId">Run to address. Default: the current one.</param>
    /// <param name="firstExecutionRunId">First run of the chain that cancel and terminate are limited to. Default: any.</param>
    /// <returns>The handle.</returns>
    WorkflowHandle<TWorkflow, TResult> GetWorkflowHandle<TWorkflow, TResult>(string id, string? runId = null, string? firstExecutionRunId = null);

    /// <summary>Sends an update, starting the workflow if need be, and waits until it is at least accepted.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TUpdateResult">Result of the update.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the start operation and the stage to wait for are required.</param>
    /// <returns>A handle of the update.</returns>
    Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TWorkflow, TUpdateResult>(
        Expression<Func<TWorkflow, Task<TUpdateResult>>> updateCall, WorkflowStartUpdateWithStartOptions options);

    /// <summary>Sends an update without result, starting the workflow if need be, and waits until it is at least accepted.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="updateCall">Exactly one call of the update method.</param>
    /// <param name="options">Options; the start operation and the stage to wait for are required.</param>
    /// <returns>A handle of the update.</returns>
    Task<WorkflowUpdateHandle> StartUpdateWithStartWorkflowAsync<TWorkflow>(
        Expression<Func<TWorkflow, Task>> updateCall, WorkflowStartUpdateWithStartOptions options);

    /// <summary>Sends an update by name, starting the workflow if need be, and waits until it is at least accepted.</summary>
    /// <typeparam name="TUpdateResult">Result of the update.</typeparam>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; the start operation and the stage to wait for are required.</param>
    /// <returns>A handle of the update.</returns>
    Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(
        string update, IReadOnlyCollection<object?> args, WorkflowStartUpdateWithStartOptions options);

    /// <summary>Sends an update by name, starting the workflow if need be, and waits until it is at least accepted.</summary>
    /// <param name="update">Name of the update.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; the start operation and the stage to wait for are required.</param>
    /// <returns>A handle of the update.</returns>
    Task<WorkflowUpdateHandle> StartUpdateWithStartWorkflowAsync(
        string update, IReadOnlyCollection<object?> args, WorkflowStartUpdateWithStartOptions options);

    /// <summary>Lists workflows, page by page as the sequence is read.</summary>
    /// <param name="query">Visibility query; empty for all.</param>
    /// <param name="options">Options.</param>
    /// <returns>The workflows.</returns>
    IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(string query, WorkflowListOptions? options = null);

    /// <summary>Lists one page of workflows.</summary>
    /// <param name="query">Visibility query; empty for all.</param>
    /// <param name="nextPageToken">Token of the page before; null for the first page.</param>
    /// <param name="options">Options.</param>
    /// <returns>The page.</returns>
    Task<WorkflowListPage> ListWorkflowsPaginatedAsync(string query, byte[]? nextPageToken, WorkflowListPaginatedOptions? options = null);

    /// <summary>Counts workflows.</summary>
    /// <param name="query">Visibility query; may group.</param>
    /// <param name="options">Options.</param>
    /// <returns>The count.</returns>
    Task<WorkflowExecutionCount> CountWorkflowsAsync(string query, WorkflowCountOptions? options = null);

    /// <summary>A handle of an activity that someone outside its worker completes.</summary>
    /// <param name="taskToken">Token from the activity's info.</param>
    /// <returns>The handle.</returns>
    AsyncActivityHandle GetAsyncActivityHandle(byte[] taskToken);

    /// <summary>A handle of an activity that someone outside its worker completes.</summary>
    /// <param name="workflowId">Id of its workflow.</param>
    /// <param name="runId">Run of its workflow.</param>
    /// <param name="activityId">Id of the activity.</param>
    /// <returns>The handle.</returns>
    AsyncActivityHandle GetAsyncActivityHandle(string workflowId, string runId, string activityId);

    /// <summary>Creates a schedule.</summary>
    /// <param name="scheduleId">Id of the schedule.</param>
    /// <param name="schedule">What it does and when.</param>
    /// <param name="options">Options.</param>
    /// <returns>A handle of the schedule.</returns>
    /// <exception cref="Exceptions.ScheduleAlreadyRunningException">The id is taken.</exception>
    Task<ScheduleHandle> CreateScheduleAsync(string scheduleId, Schedule schedule, ScheduleOptions? options = null);

    /// <summary>A handle of an existing schedule; asks nothing of the server.</summary>
    /// <param name="scheduleId">Id of the schedule.</param>
    /// <returns>The handle.</returns>
    ScheduleHandle GetScheduleHandle(string scheduleId);

    /// <summary>Lists schedules, page by page as the sequence is read.</summary>
    /// <param name="options">Options.</param>
    /// <returns>The schedules.</returns>
    IAsyncEnumerable<ScheduleListDescription> ListSchedulesAsync(ScheduleListOptions? options = null);
}
