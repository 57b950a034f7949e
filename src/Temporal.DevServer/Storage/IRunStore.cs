using Temporal.DevServer.Schedules.Records;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.Storage;

/// <summary>
/// Where runs live. Writes are queued in call order and become durable in that order; reads see everything durable.
/// </summary>
internal interface IRunStore : IAsyncDisposable
{
    /// <summary>Completes when the step is durable; fails when the store can take no more writes.</summary>
    Task CommitAsync(StoreCommit commit);

    /// <summary>
    /// Hears of each step once it is durable, in order and before whoever waits for it: what is kept in memory beside the store lives on it.
    /// Set it before the first write. It must not fail and must be quick, since the next write waits.
    /// </summary>
    Action<StoreCommit>? Durable { set; }

    /// <summary>Hears how many steps each transaction made durable. It must not fail and must be quick.</summary>
    Action<int>? Written { set; }

    /// <summary>Writes are still taken.</summary>
    bool IsHealthy { get; }

    /// <summary>Numbers for new runs and deliveries.</summary>
    long NextId();

    /// <summary>The run, or the id's latest one when <paramref name="runId"/> is empty.</summary>
    StoredRun? FindRun(string namespaceId, string workflowId, string runId);

    /// <summary>The run, by its number.</summary>
    StoredRun? FindRun(RunKey run);

    IReadOnlyList<OpenRun> OpenRuns();

    /// <summary>Some runs of the namespace that closed before the time.</summary>
    IReadOnlyList<RunKey> ClosedBefore(string namespaceId, DateTime time, int limit);

    /// <summary>The run's events by transaction, in order.</summary>
    IReadOnlyList<IReadOnlyList<HistoryEvent>> ReadHistory(long storeId);

    IReadOnlyList<OutboxMessage> ReadOutbox();

    IReadOnlyList<NamespaceRecord> ReadNamespaces();

    /// <summary>All schedules, deleted ones that are still remembered included.</summary>
    IReadOnlyList<StoredSchedule> ReadSchedules();

    /// <summary>Calls back for the row of every run; the store waits meanwhile.</summary>
    void ReadRows(Action<long, VisibilityRow> take);

    /// <summary>The rows of these runs, as far as they are there.</summary>
    IReadOnlyDictionary<long, VisibilityRow> ReadRows(IEnumerable<long> storeIds);

    IReadOnlyList<BatchRecord> ReadBatches();
}
