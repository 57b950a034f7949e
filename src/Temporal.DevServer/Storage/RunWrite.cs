using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.Storage;

/// <summary>What one step changes of one run.</summary>
internal sealed class RunWrite
{
    public required long StoreId { get; init; }

    /// <summary>New events in order by transaction; none of them is changed afterwards.</summary>
    public required IReadOnlyList<IReadOnlyList<HistoryEvent>> Batches { get; init; }

    /// <summary>What history does not tell, or null for a closed run.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>Present when what lists show changed, and for a new run.</summary>
    public VisibilityRow? Row { get; init; }

    public bool IsNew { get; init; }

    /// <summary>When an open run has to be looked at next.</summary>
    public DateTime? Deadline { get; init; }

    /// <summary>The open run may have something that a worker should get, so a start has to look into it.</summary>
    public bool WaitsForWorker { get; init; }

    /// <summary>Changed activities; null for one that is gone.</summary>
    public IReadOnlyList<(long ScheduledEventId, ActivityRecord? Record)> Activities { get; init; } = [];
}
