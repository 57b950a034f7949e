namespace Orchestrator.Activities.Planning;

/// <summary>One run that a plan holds.</summary>
public sealed record PlannedRun
{
    /// <summary>The partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Why it runs, the first reason first.</summary>
    public required IReadOnlyList<RunReason> Reasons { get; init; }

    /// <summary>Fingerprint of its inputs as they were when the plan was made.</summary>
    public required string InputFingerprint { get; init; }

    /// <summary>The partition's last run when the plan was made; null when there was none.</summary>
    public string? LastRunId { get; init; }

    /// <summary>How many source files it reads.</summary>
    public required int Files { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Rows that probably come from them; null without history.</summary>
    public Estimate? Rows { get; init; }

    /// <summary>Seconds that it probably takes; null without history.</summary>
    public Estimate? Seconds { get; init; }

    /// <summary>What it probably costs, in the currency of the workers' price list; null without history.</summary>
    public Estimate? Cost { get; init; }
}

/// <summary>Partitions of one dataset that a plan makes, each once whatever the number of reasons.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Own">How many are made because their partition runs.</param>
/// <param name="Restated">How many are made because a partition in their window runs.</param>
/// <param name="Ranges">All of them in order: <c>2020-03-16</c>, or <c>2020-03-16..2020-03-22</c> for neighbours.</param>
public sealed record PlannedDataset(string Dataset, int Own, int Restated, IReadOnlyList<string> Ranges);
