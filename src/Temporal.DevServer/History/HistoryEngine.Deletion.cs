using Microsoft.Extensions.Logging;
using Temporal.DevServer.Storage;
using Temporalio.Api.Common.V1;

namespace Temporal.DevServer.History;

/// <content>Runs that leave: deleted by a caller, or closed for longer than their namespace keeps them.</content>
internal sealed partial class HistoryEngine
{
    private const int SweptAtOnce = 500;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    /// <summary>Takes a run out with its history; a running one is terminated first.</summary>
    public async Task DeleteAsync(string namespaceId, WorkflowExecution target)
    {
        var key = await ReadAsync(namespaceId, target.WorkflowId, target.RunId, run => run.Key).ConfigureAwait(false);
        await StepAsync(namespaceId, target.WorkflowId, key.RunId, (run, t) =>
        {
            if (run.State.IsRunning)
            {
                t.Terminate("Delete workflow execution", details: null, "history-service");
            }
        }).ConfigureAwait(false);
        await RemoveAsync(key).ConfigureAwait(false);
    }

    /// <summary>Deletes the closed runs whose retention is over, now; returns how many there were.</summary>
    public async Task<int> SweepAsync()
    {
        var swept = 0;
        foreach (var ns in _namespaces.All)
        {
            var before = Now - Durations.Of(ns.Record.Config.WorkflowExecutionRetentionTtl);
            IReadOnlyList<RunKey> runs;
            do
            {
                runs = _store.ClosedBefore(ns.Id, before, SweptAtOnce);
                await Task.WhenAll(runs.Select(RemoveAsync)).ConfigureAwait(false);
                swept += runs.Count;
            }
            while (runs.Count == SweptAtOnce && !_stopping.IsCancellationRequested);
        }

        return swept;
    }

    private async Task SweepNowAndThenAsync()
    {
        using var timer = new PeriodicTimer(SweepInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                try
                {
                    if (await SweepAsync().ConfigureAwait(false) is var swept and > 0)
                    {
                        LogSwept(swept);
                    }
                }
                catch (Exception e) when (!_stopping.IsCancellationRequested)
                {
                    LogSweepFailed(e);
                }
            }
        }
        catch (Exception e) when (_stopping.IsCancellationRequested)
        {
            LogStoppedMeanwhile(e);
        }
    }

    private async Task RemoveAsync(RunKey run)
    {
        var commit = new StoreCommit();
        commit.DeletedRuns.Add(run);
        TakeOut(run);
        await _store.CommitAsync(commit).ConfigureAwait(false);
        TakeOut(run); // a reader may have brought it back from the store meanwhile
    }

    private void TakeOut(RunKey run)
    {
        if (_entities.TryGetValue((run.NamespaceId, run.WorkflowId), out var entity))
        {
            lock (entity.Gate)
            {
                if (entity.Runs.TryGetValue(run.RunId, out var known))
                {
                    TakeOut(known);
                }
            }
        }
    }

    [LoggerMessage(230, LogLevel.Information, "Deleted {Runs} closed runs whose retention is over")]
    private partial void LogSwept(int runs);

    [LoggerMessage(231, LogLevel.Error, "Closed runs whose retention is over could not be deleted; tried again in a minute")]
    private partial void LogSweepFailed(Exception e);
}
