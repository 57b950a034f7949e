using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Batch;

/// <summary>
/// The batch operations of all namespaces, one at a time in each. What is done is written down page by page; a job that was under way when the
/// server went goes on with the page that it was at, and its calls carry the same request ids as before.
/// </summary>
internal sealed partial class BatchHost(
    IRunStore store, NamespaceIndexes indexes, NamespaceRegistry namespaces, BatchOperations operations, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>As on a real server the work begins a moment after it was asked for: a second job right behind is refused.</summary>
    private static readonly TimeSpan BeginsAfter = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<(string NamespaceId, string JobId), BatchJob> _jobs = new();
    private readonly SemaphoreSlim _starts = new(1);
    private readonly CancellationTokenSource _stopping = new();

    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Takes up what is in the store. All methods of the frontend are known by now.</summary>
    public void Recover()
    {
        foreach (var record in store.ReadBatches())
        {
            var job = new BatchJob(record);
            _jobs[(record.NamespaceId, record.Request.JobId)] = job;
            if (job.IsRunning && namespaces.FindById(record.NamespaceId) is not null)
            {
                job.Work = Task.Run(() => RunAsync(job, TimeSpan.Zero));
            }
        }
    }

    /// <summary>Accepts a job that was checked.</summary>
    public async Task StartAsync(NamespaceEntry ns, StartBatchOperationRequest request)
    {
        await _starts.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_jobs.Values.Any(j => j.Record.NamespaceId == ns.Id && j.IsRunning))
            {
                throw ServiceErrors.Exhausted("Max concurrent batch operations is reached", ResourceExhaustedCause.ConcurrentLimit);
            }

            if (_jobs.TryGetValue((ns.Id, request.JobId), out var old))
            {
                throw ServiceErrors.AlreadyStarted(
                    $"Workflow execution already finished. WorkflowId: {request.JobId}, RunId: {old.Record.RunId}. Workflow Id reuse policy: reject duplicate workflow Id.",
                    requestId: "", old.Record.RunId, old.Record.RunId);
            }

            var job = new BatchJob(new BatchRecord
            {
                NamespaceId = ns.Id,
                Request = request,
                State = (int)BatchOperationState.Running,
                StartTicks = Now,
                RunId = Guid.NewGuid().ToString(),
            });
            var commit = new StoreCommit { Batches = { job.Record.Clone() } };
            commit.DeletedBatches.AddRange(Expired(ns));
            await store.CommitAsync(commit).ConfigureAwait(false);
            _jobs[(ns.Id, request.JobId)] = job;
            job.Work = Task.Run(() => RunAsync(job, BeginsAfter));
        }
        finally
        {
            _starts.Release();
        }
    }

    /// <summary>Ends a job that is under way; what it did stays.</summary>
    public async Task StopAsync(NamespaceEntry ns, string jobId)
    {
        var job = Find(ns, jobId);
        BatchRecord stopped;
        lock (job.Gate)
        {
            if (!job.IsRunning)
            {
                throw ServiceErrors.AlreadyCompleted();
            }

            (job.Record.State, job.Record.CloseTicks) = ((int)BatchOperationState.Failed, Now);
            stopped = job.Record.Clone();
        }

        await job.Stopping.CancelAsync().ConfigureAwait(false);
        await store.CommitAsync(new StoreCommit { Batches = { stopped } }).ConfigureAwait(false);
    }

    /// <summary>The job as it is now; raises the not-found error.</summary>
    public BatchRecord Describe(NamespaceEntry ns, string jobId) => Find(ns, jobId).Snapshot();

    /// <summary>All jobs: the running one, then those that ended last.</summary>
    public IEnumerable<BatchRecord> List(NamespaceEntry ns) => _jobs.Values.Where(j => j.Record.NamespaceId == ns.Id).Select(j => j.Snapshot())
        .OrderByDescending(r => r.CloseTicks == 0 ? long.MaxValue : r.CloseTicks).ThenByDescending(r => r.StartTicks).ThenBy(r => r.Request.JobId, StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_jobs.Values.Select(j => j.Work)).ConfigureAwait(false);
    }

    private BatchJob Find(NamespaceEntry ns, string jobId) =>
        _jobs.TryGetValue((ns.Id, jobId), out var job) ? job : throw ServiceErrors.WorkflowNotFound(jobId);

    /// <summary>Ended jobs are kept as long as the namespace keeps closed runs.</summary>
    private List<BatchRecord> Expired(NamespaceEntry ns)
    {
        var oldest = Now - Durations.Of(ns.Record.Config.WorkflowExecutionRetentionTtl).Ticks;
        var expired = _jobs.Values.Select(j => j.Record).Where(r => r.NamespaceId == ns.Id && r.CloseTicks != 0 && r.CloseTicks < oldest).ToList();
        foreach (var record in expired)
        {
            _jobs.TryRemove((record.NamespaceId, record.Request.JobId), out _);
        }

        return expired;
    }

    [LoggerMessage(240, LogLevel.Warning, "Batch operation '{JobId}' failed")]
    private partial void LogFailed(Exception e, string jobId);

    [LoggerMessage(241, LogLevel.Debug, "Batch operation '{JobId}' failed for workflow '{WorkflowId}', run '{RunId}'")]
    private partial void LogTargetFailed(Exception e, string jobId, string workflowId, string runId);

    [LoggerMessage(242, LogLevel.Debug, "Batch operation '{JobId}' was interrupted")]
    private partial void LogInterrupted(Exception e, string jobId);
}
