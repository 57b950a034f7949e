using Temporal.DevServer.Storage.Records;

namespace Temporal.DevServer.Storage;

/// <summary>Everything that one step changes. Written as a whole or not at all.</summary>
internal sealed class StoreCommit
{
    public List<RunWrite> Runs { get; } = [];

    public List<OutboxMessage> OutboxAdded { get; } = [];

    public long OutboxRemoved { get; set; }

    public NamespaceRecord? Namespace { get; set; }

    /// <summary>A run that another went on from by a reset, and that other one.</summary>
    public (long StoreId, string RunId)? ResetRun { get; set; }

    /// <summary>Id of a namespace that is gone, or null.</summary>
    public string? DeletedNamespace { get; set; }

    /// <summary>A schedule that changed or is gone.</summary>
    public ScheduleWrite? Schedule { get; set; }

    /// <summary>Runs that are taken out with all that belongs to them.</summary>
    public List<RunKey> DeletedRuns { get; } = [];

    /// <summary>Batch operations as they are now.</summary>
    public List<BatchRecord> Batches { get; } = [];

    /// <summary>Batch operations that are forgotten.</summary>
    public List<BatchRecord> DeletedBatches { get; } = [];
}
