using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Temporalio.Worker;

/// <summary>A worker's calls over the connection of its client, which may be exchanged while the worker runs.</summary>
internal sealed class WorkerServicePort : IWorkflowServicePort, IActivityServicePort
{
    // A server that restarts should find the outcomes of what ran meanwhile; a timeout of the task would cost the work again.
    private const int ReportRounds = 6;
    private volatile ITemporalConnection _connection;

    internal WorkerServicePort(ITemporalConnection connection) => _connection = connection;

    /// <summary>The connection that calls use from now on.</summary>
    internal ITemporalConnection Connection
    {
        get => _connection;
        set => _connection = value;
    }

    private WorkflowService Service => _connection.WorkflowService;

    /// <inheritdoc/>
    public Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskAsync(PollWorkflowTaskQueueRequest request, CancellationToken cancellationToken) =>
        Service.PollWorkflowTaskQueueAsync(request, Once(cancellationToken));

    /// <inheritdoc/>
    public Task<PollActivityTaskQueueResponse> PollActivityTaskAsync(PollActivityTaskQueueRequest request, CancellationToken cancellationToken) =>
        Service.PollActivityTaskQueueAsync(request, Once(cancellationToken));

    /// <inheritdoc/>
    public Task<RespondWorkflowTaskCompletedResponse> CompleteWorkflowTaskAsync(
        RespondWorkflowTaskCompletedRequest request, CancellationToken cancellationToken) =>
        Service.RespondWorkflowTaskCompletedAsync(request, Retried(cancellationToken));

    /// <inheritdoc/>
    public Task FailWorkflowTaskAsync(RespondWorkflowTaskFailedRequest request, CancellationToken cancellationToken) =>
        Service.RespondWorkflowTaskFailedAsync(request, Retried(cancellationToken));

    /// <inheritdoc/>
    public Task RespondQueryAsync(RespondQueryTaskCompletedRequest request, CancellationToken cancellationToken) =>
        Service.RespondQueryTaskCompletedAsync(request, Retried(cancellationToken));

    /// <inheritdoc/>
    public Task<GetWorkflowExecutionHistoryResponse> GetHistoryAsync(
        GetWorkflowExecutionHistoryRequest request, CancellationToken cancellationToken) =>
        Service.GetWorkflowExecutionHistoryAsync(request, Retried(cancellationToken));

    /// <inheritdoc/>
    public Task<RecordActivityTaskHeartbeatResponse> HeartbeatAsync(
        RecordActivityTaskHeartbeatRequest request, CancellationToken cancellationToken) =>
        Service.RecordActivityTaskHeartbeatAsync(request, Retried(cancellationToken));

    /// <inheritdoc/>
    public Task CompleteAsync(RespondActivityTaskCompletedRequest request, CancellationToken cancellationToken) =>
        PersistAsync(() => Service.RespondActivityTaskCompletedAsync(request, Retried(cancellationToken)));

    /// <inheritdoc/>
    public Task FailAsync(RespondActivityTaskFailedRequest request, CancellationToken cancellationToken) =>
        PersistAsync(() => Service.RespondActivityTaskFailedAsync(request, Retried(cancellationToken)));

    /// <inheritdoc/>
    public Task CancelAsync(RespondActivityTaskCanceledRequest request, CancellationToken cancellationToken) =>
        PersistAsync(() => Service.RespondActivityTaskCanceledAsync(request, Retried(cancellationToken)));

    private static RpcOptions Once(CancellationToken cancellationToken) => new() { CancellationToken = cancellationToken };

    private static RpcOptions Retried(CancellationToken cancellationToken) => new() { Retry = true, CancellationToken = cancellationToken };

    // Each round is retried for some ten seconds by the connection.
    private static async Task PersistAsync(Func<Task> report)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                await report().ConfigureAwait(false);
                return;
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.Unavailable && round < ReportRounds)
            {
                continue;
            }
        }
    }
}
