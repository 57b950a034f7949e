using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Visibility.Query;
using Temporal.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Batch;

/// <content>Working through a job.</content>
internal sealed partial class BatchHost
{
    private const int PageSize = 100;
    private const int AtOnce = 5;
    private const int Attempts = 5;

    private async Task RunAsync(BatchJob job, TimeSpan delay)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, job.Stopping.Token);
        try
        {
            await Task.Delay(delay, time, stop.Token).ConfigureAwait(false);
            await WorkAsync(job, stop.Token).ConfigureAwait(false);
            await EndAsync(job, BatchOperationState.Completed).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested)
        {
            LogInterrupted(e, job.Record.Request.JobId); // stopped, or to be taken up by the next server
        }
        catch (Exception e) when (_stopping.IsCancellationRequested)
        {
            LogInterrupted(e, job.Record.Request.JobId);
        }
        catch (Exception e)
        {
            LogFailed(e, job.Record.Request.JobId);
            await EndAsync(job, BatchOperationState.Failed).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(BatchJob job, BatchOperationState state)
    {
        lock (job.Gate)
        {
            if (!job.IsRunning)
            {
                return; // stopped at the last moment
            }

            (job.Record.State, job.Record.CloseTicks) = ((int)state, Now);
        }

        try
        {
            await SaveAsync(job).ConfigureAwait(false);
        }
        catch (ServiceException e)
        {
            LogFailed(e, job.Record.Request.JobId); // the store is gone, and with it everything else
        }
    }

    private Task SaveAsync(BatchJob job) => store.CommitAsync(new StoreCommit { Batches = { job.Snapshot() } });

    private async Task WorkAsync(BatchJob job, CancellationToken stop)
    {
        var record = job.Record;
        var pace = new Pace(record.Request.MaxOperationsPerSecond, time);
        var targets = BatchOperations.Targets(record.Request);
        if (targets.Count > 0)
        {
            SetTotal(job, targets.Count);
            while (record.ExecutionsDone < targets.Count)
            {
                var page = targets.Skip(record.ExecutionsDone).Take(PageSize).ToList();
                await PageAsync(job, page, pace, stop).ConfigureAwait(false);
                await AdvanceAsync(job, record.PageToken, record.ExecutionsDone + page.Count).ConfigureAwait(false);
            }

            return;
        }

        var index = indexes.Of(record.NamespaceId);
        var query = BoundQuery.Parse(BatchOperations.Query(record.Request), namespaces.GetById(record.NamespaceId).SearchAttributes);
        SetTotal(job, index.Count(query).Count);
        do
        {
            var page = index.List(query, PageSize, record.PageToken.Span);
            await PageAsync(job, [.. page.Runs.Select(r => new WorkflowExecution { WorkflowId = r.WorkflowId, RunId = r.RunId })], pace, stop).ConfigureAwait(false);
            await AdvanceAsync(job, ByteString.CopyFrom(page.NextPageToken), 0).ConfigureAwait(false);
        }
        while (!record.PageToken.IsEmpty);
    }

    private static void SetTotal(BatchJob job, long total)
    {
        lock (job.Gate)
        {
            (job.Record.Total, job.Record.Counted) = (job.Record.Counted ? job.Record.Total : total, true);
        }
    }

    private Task AdvanceAsync(BatchJob job, ByteString token, int done)
    {
        lock (job.Gate)
        {
            (job.Record.PageToken, job.Record.ExecutionsDone) = (token, done);
        }

        return token.IsEmpty && done == 0 ? Task.CompletedTask : SaveAsync(job); // the last page is written with the end
    }

    private async Task PageAsync(BatchJob job, IReadOnlyList<WorkflowExecution> targets, Pace pace, CancellationToken stop)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(targets, options, async (target, cancelled) =>
        {
            await pace.WaitAsync(cancelled).ConfigureAwait(false);
            job.Count(await ApplyAsync(job, target, cancelled).ConfigureAwait(false));
        }).ConfigureAwait(false);
    }

    /// <summary>A workflow that is not there (any more) counts as done.</summary>
    private async Task<bool> ApplyAsync(BatchJob job, WorkflowExecution target, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await operations.ApplyAsync(job.Record, target).ConfigureAwait(false);
                return true;
            }
            catch (ServiceException e) when (e.Code == GrpcStatusCode.NotFound)
            {
                return true;
            }
            catch (ServiceException e) when (attempt >= Attempts || e.Code is not (GrpcStatusCode.Unavailable or GrpcStatusCode.ResourceExhausted or GrpcStatusCode.Aborted))
            {
                LogTargetFailed(e, job.Record.Request.JobId, target.WorkflowId, target.RunId);
                return false;
            }
            catch (ServiceException e)
            {
                LogTargetFailed(e, job.Record.Request.JobId, target.WorkflowId, target.RunId);
                await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), time, stop).ConfigureAwait(false);
            }
        }
    }
}
