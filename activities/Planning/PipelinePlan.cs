using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Triggers;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Activities.Planning;

/// <summary>What a call of <c>run</c> would do and why, before it does it.</summary>
public sealed record PipelinePlan
{
    /// <summary>The pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>SHA-256 over everything the plan stands on: code, and of each run its reasons, its inputs and the run before it. Lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Which partitions were looked at, as given; empty for all.</summary>
    public required string Selection { get; init; }

    /// <summary>Whether partitions run that need not.</summary>
    public required bool Force { get; init; }

    /// <summary>Fingerprint of the code.</summary>
    public required string CodeFingerprint { get; init; }

    /// <summary>The runs, in order of their partitions.</summary>
    public required IReadOnlyList<PlannedRun> Runs { get; init; }

    /// <summary>How many of the partitions that were looked at need no run.</summary>
    public required int UpToDate { get; init; }

    /// <summary>What the runs make, in graph order; empty when nothing runs.</summary>
    public required IReadOnlyList<PlannedDataset> Datasets { get; init; }

    /// <summary>What changed in the code since the newest runs that used other code, and what it means for each dataset; empty when nothing did or the code was not kept.</summary>
    public required IReadOnlyList<DatasetChange> Changes { get; init; }

    /// <summary>How many runs the estimates stand on.</summary>
    public required int History { get; init; }

    /// <summary>Bytes that all runs read.</summary>
    public required long Bytes { get; init; }

    /// <summary>Rows that all runs probably read; null without history.</summary>
    public Estimate? Rows { get; init; }

    /// <summary>Seconds that all runs probably take, one after the other; null without history.</summary>
    public Estimate? Seconds { get; init; }

    /// <summary>What all runs probably cost, in the currency of the workers' price list; null without history.</summary>
    public Estimate? Cost { get; init; }

    /// <summary>How many run at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Files that belong to no partition.</summary>
    public required IReadOnlyList<IgnoredFile> Ignored { get; init; }

    /// <summary>Partitions that need no run because what the last one published was taken back and nothing has been mended since, with by whom and why; null when there are none. No part of the hash.</summary>
    public IReadOnlyDictionary<string, string>? TakenBack { get; init; }

    /// <summary>Runs that would be refused, as their tables or what has changed of the pipeline does not let them publish; null when there are none. No part of the hash.</summary>
    public IReadOnlyList<RefusedRuns>? Refused { get; init; }

    /// <summary>Why triggers did not start runs of the plan; null when they leave nothing out. No part of the hash.</summary>
    public IReadOnlyList<NotStarted>? NotStarted { get; init; }
}
