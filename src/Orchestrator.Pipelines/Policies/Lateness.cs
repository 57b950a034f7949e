namespace Orchestrator.Pipelines.Policies;

/// <summary>How long data of a partition may still come, and when the partition is final.</summary>
public sealed record Lateness
{
    /// <summary>Dataset whose rows carry the event time.</summary>
    public required string Dataset { get; init; }

    /// <summary>Column of <see cref="Dataset"/> with the event time (DATE or a timestamp).</summary>
    public required string WatermarkColumn { get; init; }

    /// <summary>How long after a partition's end the watermark waits before the partition counts as complete. Default: zero.</summary>
    public TimeSpan Allowed { get; init; }

    /// <summary>How long after its end a partition is sealed: later arrivals go to the correction lane. Never less than <see cref="Allowed"/>.</summary>
    public required TimeSpan SealAfter { get; init; }

    /// <summary>How long nothing more must have arrived before what arrived late is worked in, all of it at once. Default: one minute.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When a partition counts as complete, as far as the clock decides.</summary>
    public DateTimeOffset CompleteAt(Partitions.PartitionKey partition) => partition.End + Allowed;

    /// <summary>When a partition is sealed.</summary>
    public DateTimeOffset SealsAt(Partitions.PartitionKey partition) => partition.End + SealAfter;
}
