using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>A piece of history and where to go on.</summary>
internal sealed record HistoryPage(IReadOnlyList<HistoryEvent> Events, HistoryPageToken? Next);

/// <summary>How to read a history.</summary>
internal sealed record HistoryQuery(string NamespaceId, WorkflowExecution Execution)
{
    public int PageSize { get; init; }

    public bool Wait { get; init; }

    /// <summary>How long the caller itself waits, if it said so.</summary>
    public TimeSpan? LongestWait { get; init; }

    public bool CloseEventOnly { get; init; }

    /// <summary>Callers that replay see the events of a task that is not stored.</summary>
    public bool WithUnstored { get; init; }

    public HistoryPageToken? Token { get; init; }
}

/// <content>Histories, whole or as they grow.</content>
internal sealed partial class HistoryEngine
{
    public static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    /// <summary>Reads on from the token; waits for news when asked to.</summary>
    public async Task<HistoryPage> ReadHistoryAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        var runId = query.Token?.RunId ?? query.Execution.RunId;
        var deadline = Now + (query.LongestWait is { } longest && longest < LongPoll ? longest : LongPoll);
        while (true)
        {
            var (page, changed) = await ReadAsync(query.NamespaceId, query.Execution.WorkflowId, runId, run =>
            {
                runId = run.State.RunId; // a wait stays with the run that it began with
                var found = query.CloseEventOnly ? CloseEvent(run, query) : Page(run, query);
                return (found, found is null ? run.Changed : Task.CompletedTask);
            }).ConfigureAwait(false);
            if (page is not null)
            {
                return page;
            }

            var left = deadline - Now;
            if (left <= TimeSpan.Zero)
            {
                return new HistoryPage([], new HistoryPageToken { RunId = runId, NextEventId = query.Token?.NextEventId ?? 1, Wait = true });
            }

            try
            {
                await changed.WaitAsync(left, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                deadline = Now; // once more, then the answer is empty
            }
        }
    }

    /// <summary>The events backwards from before the token, or from the end.</summary>
    public Task<HistoryPage> ReadHistoryReverseAsync(HistoryQuery query) =>
        ReadAsync(query.NamespaceId, query.Execution.WorkflowId, query.Token?.RunId ?? query.Execution.RunId, run =>
        {
            var log = run.Log;
            var size = query.PageSize is > 0 and < PageSize ? query.PageSize : PageSize;
            var start = query.Token is { } token ? log.BatchOf(token.NextEventId) : log.BatchCount - 1;
            var events = new List<HistoryEvent>();
            var batch = start;
            for (; batch >= 0 && start - batch < size; batch--)
            {
                events.AddRange(log[batch].Reverse());
            }

            return new HistoryPage(events, batch < 0 ? null : new HistoryPageToken { RunId = run.State.RunId, NextEventId = log[batch][0].EventId });
        });

    /// <summary>What the reader of a run's description gets.</summary>
    public Task<T> DescribeAsync<T>(string namespaceId, WorkflowExecution target, Func<RunState, T> describe) =>
        ReadAsync(namespaceId, target.WorkflowId, target.RunId, run => describe(run.State));

    private HistoryPage? Page(WorkflowRun run, HistoryQuery query)
    {
        var state = run.State;
        var wait = query.Wait || query.Token?.Wait == true;
        var from = query.Token?.NextEventId ?? 1;
        var last = query.Token is { LastEventId: > 0 } bounded ? bounded.LastEventId : long.MaxValue;
        var size = query.PageSize is > 0 and < PageSize ? query.PageSize : PageSize;
        var (events, next) = from <= Math.Min(state.LastEventId, last) ? run.Log.Read(from, size, last) : ([], from);
        // As on a real server a page that is exactly full carries a token, even when nothing follows.
        var full = events.Count > 0 && query.PageSize is > 0 and < PageSize && run.Log.BatchOf(next - 1) - run.Log.BatchOf(events[0].EventId) + 1 == size;
        if (next <= Math.Min(state.LastEventId, last) || (full && !(wait && state.IsRunning)))
        {
            return new HistoryPage(events, new HistoryPageToken { RunId = state.RunId, NextEventId = next, LastEventId = query.Token?.LastEventId ?? 0, Wait = wait });
        }

        if (wait && state.IsRunning)
        {
            return events.Count == 0 ? null : new HistoryPage(events, new HistoryPageToken { RunId = state.RunId, NextEventId = next, Wait = true });
        }

        if (query.WithUnstored && state.IsRunning)
        {
            events.AddRange(RunTransition.UnstoredTaskEvents(state));
        }

        return new HistoryPage(events, null);
    }

    private static HistoryPage? CloseEvent(WorkflowRun run, HistoryQuery query)
    {
        var state = run.State;
        if (!state.IsRunning)
        {
            return new HistoryPage([state.CloseEvent!], null);
        }

        return query.Wait || query.Token?.Wait == true ? null : new HistoryPage([], null);
    }
}
