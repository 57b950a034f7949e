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

    /// <summary>Numbers for new runs and deliveries.</summary>
    long NextId();

    /// <summary>The run, or the id's latest one when <paramref name="runId"/> is empty.</summary>
    StoredRun? FindRun(string namespaceId, string workflowId, string runId);

    IReadOnlyList<StoredRun> OpenRuns();

    /// <summary>The run's events by transaction, in order.</summary>
    IReadOnlyList<IReadOnlyList<HistoryEvent>> ReadHistory(long storeId);

    IReadOnlyList<OutboxMessage> ReadOutbox();

    IReadOnlyList<NamespaceRecord> ReadNamespaces();

    /// <summary>All schedules, deleted ones that are still remembered included.</summary>
    IReadOnlyList<StoredSchedule> ReadSchedules();

    /// <summary>Rows that the condition holds for, newest first, from after the position on.</summary>
    IReadOnlyList<(VisibilityRow Row, VisibilityPosition Position)> List(string namespaceId, VisibilityCondition condition, VisibilityPosition? after, int limit);

    /// <summary>How many rows the condition holds for, by status when asked; otherwise one count under status 0.</summary>
    IReadOnlyList<(long Group, long Count)> Count(string namespaceId, VisibilityCondition condition, bool byStatus);
}
