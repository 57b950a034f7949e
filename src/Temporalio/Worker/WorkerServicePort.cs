using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Temporalio.Worker;

/// <summary>A worker's calls over the connection of its client, which may be exchanged while the worker runs.</summary>
internal sealed class WorkerServicePort : IWorkflowServicePort, IActivityServicePort
{
    // A server that restarts should find the outcomes of what ran meanwhile; a timeout of the task would cost the work again.
    private const int ReportRounds = 6;
    private readonly CancellationTokenSource _abandon = new();
    private volatile ITemporalConnection _connection;
    private int _polls;

    internal WorkerServicePort(ITemporalConnection connection) => _connection = connection;

    /// <summary>The connection that calls use from now on.</summary>
    internal ITemporalConnection Connection
    {
        get => _connection;
        set => _connection = value;
    }

    /// <summary>
    /// Whether the server ends the polls of a worker that shuts down. Then stopping leaves them alone: a poll taken back could have been
    /// given a task already, which would be lost until it times out.
    /// </summary>
    internal bool ServerEndsPolls { get; set; }

    /// <summary>Polls that wait for the server to end them.</summary>
    internal int Polls => Volatile.Read(ref _polls);

    private WorkflowService Service => _connection.WorkflowService;

    /// <inheritdoc/>
    public Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskAsync(PollWorkflowTaskQueueRequest request, CancellationToken cancellationToken) =>
        PollAsync(options => Service.PollWorkflowTaskQueueAsync(request, options), cancellationToken);

    /// <inheritdoc/>
    public Task<PollActivityTaskQueueResponse> PollActivityTaskAsync(PollActivityTaskQueueRequest request, CancellationToken cancellationToken) =>
        PollAsync(options => Service.PollActivityTaskQueueAsync(request, options), cancellationToken);

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

    /// <summary>Ends the polls that the server has not ended.</summary>
    internal void AbandonPolls() => _abandon.Cancel();

    private static RpcOptions Once(CancellationToken cancellationToken) => new() { CancellationToken = cancellationToken };

    private static RpcOptions Retried(CancellationToken cancellationToken) => new() { Retry = true, CancellationToken = cancellationToken };

    private async Task<T> PollAsync<T>(Func<RpcOptions, Task<T>> poll, CancellationToken stop)
    {
        if (!ServerEndsPolls)
        {
            return await poll(Once(stop)).ConfigureAwait(false);
        }

        Interlocked.Increment(ref _polls);
        try
        {
            return await poll(Once(_abandon.Token)).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _polls);
        }
    }

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
