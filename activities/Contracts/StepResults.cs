// One file because these records are one message family: what each step of a run hands to the next, references and counts only.
namespace Orchestrator.Activities.Contracts;

/// <summary>One source object, kept byte for byte in the lake under its content hash.</summary>
/// <param name="Input">The object as planned.</param>
/// <param name="LandedPath">Path in the lake.</param>
/// <param name="ArrivedAt">When these bytes were first landed; the same on every repetition.</param>
public sealed record LandedFile(SourceFile Input, string LandedPath, DateTimeOffset ArrivedAt);

/// <summary>Input of the step that turns landed bytes into staged rows of a bronze dataset.</summary>
/// <param name="Plan">The run's plan.</param>
/// <param name="Dataset">The dataset to load.</param>
/// <param name="Files">Landed files of the partition.</param>
public sealed record LoadRequest(RunPlan Plan, DatasetPlan Dataset, IReadOnlyList<LandedFile> Files);

/// <summary>Input of the step that runs a SQL model.</summary>
/// <param name="Plan">The run's plan.</param>
/// <param name="Dataset">The dataset to make.</param>
/// <param name="Upstream">What this run has staged of the datasets the model may read.</param>
public sealed record TransformRequest(RunPlan Plan, DatasetPlan Dataset, IReadOnlyList<StagedData> Upstream);

/// <summary>Rows that wait in the lake's staging folder, audited and split into what will be published and what is kept aside; seen by nobody but this run.</summary>
public sealed record StagedData
{
    /// <summary>Dataset the rows belong to.</summary>
    public required string Dataset { get; init; }

    /// <summary>Path of the manifest that names the files with their statistics.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>Partitions that the commit will replace: the run's own and, further down, those it restates.</summary>
    public required IReadOnlyList<string> Partitions { get; init; }

    /// <summary>Table versions the rows were made from.</summary>
    public IReadOnlyList<PinnedTable> Reads { get; init; } = [];

    /// <summary>Hash of what each source file says, by its URI; empty for a dataset that a model makes.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Where every row went.</summary>
    public required RowCounts Counts { get; init; }

    /// <summary>Each rule's outcome.</summary>
    public required IReadOnlyList<RuleResult> Rules { get; init; }

    /// <summary>Rules of severity error that do not hold.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>What <see cref="Broken"/> says, for people; null when every rule of severity error holds.</summary>
    public string? Failure { get; init; }

    /// <summary>Why nobody may let the rows pass, whatever the policy; null when they may be published.</summary>
    public string? Refusal { get; init; }

    /// <summary>Inputs that are held and were read as they were published last, for people; null when there are none.</summary>
    public IReadOnlyList<string>? LastGood { get; init; }

    /// <summary>For a dataset that keeps a history, a number that grows with every publish of another partition, as it was seen; null for others.</summary>
    public long? Others { get; init; }

    /// <summary>For a dataset that keeps a history, how far the states of each partition reach, as numbers in the order of their sequence; null for others.</summary>
    public IReadOnlyDictionary<string, StateReach>? Reach { get; init; }

    /// <summary>What making them took; null where an older worker made them for a run without a limit of cost.</summary>
    public StepUsage? Used { get; init; }

    /// <summary>What a model that reads the rows needs to know of them: where they are. Many models are begun by one message, which has a limit.</summary>
    public StagedData AsUpstream() => this with { Reads = [], Values = new Dictionary<string, string>(), Rules = [], Broken = [], Failure = null, LastGood = null, Reach = null, Used = null };
}

/// <summary>The earliest and the latest state of a partition.</summary>
/// <param name="First">Rank of the earliest.</param>
/// <param name="Last">Rank of the latest.</param>
public sealed record StateReach(long First, long Last);

/// <summary>A table as a model saw it.</summary>
/// <param name="Dataset">Name of the table.</param>
/// <param name="Version">Version read; -1 when the table did not exist yet.</param>
/// <param name="FromPartition">First partition read.</param>
/// <param name="ToPartition">Last partition read.</param>
public sealed record PinnedTable(string Dataset, long Version, string FromPartition, string ToPartition)
{
    /// <summary>Whether a partition is one of those read.</summary>
    public bool Holds(string partition) => string.CompareOrdinal(partition, FromPartition) >= 0 && string.CompareOrdinal(partition, ToPartition) <= 0;
}

/// <summary>Outcome of one rule over all rows of a dataset.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Offenders">Rows or values that break it.</param>
/// <param name="Passed">Whether the rule holds as a whole: for a row rule, whether no row breaks it.</param>
/// <param name="Published">True when it does not hold for what is published, if it is: nothing that breaks it was kept aside. Default: null, also from older workers.</param>
public sealed record RuleResult(string Rule, string Severity, long Offenders, bool Passed, bool? Published = null);

/// <summary>Where every row went: <c>Read = Published + Quarantined + the sum of Dropped</c>.</summary>
public sealed record RowCounts
{
    /// <summary>Rows that came in.</summary>
    public required long Read { get; init; }

    /// <summary>Rows that will be, or are, in the table.</summary>
    public required long Published { get; init; }

    /// <summary>Rows kept aside with a reason.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Rows left out on purpose, by the rule that says so.</summary>
    public required IReadOnlyDictionary<string, long> Dropped { get; init; }

    /// <summary>True when no row is unaccounted for.</summary>
    public bool Balanced() => Read == Published + Quarantined + Dropped.Values.Sum();
}

/// <summary>Input of the step that makes staged rows visible.</summary>
/// <param name="Plan">The run's plan.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Staged">Its staged rows.</param>
public sealed record PublishRequest(RunPlan Plan, DatasetPlan Dataset, StagedData Staged);

/// <summary>Outcome of a publish.</summary>
public sealed record PublishResult
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Version of the table that holds the rows; null when <see cref="Conflict"/> says why there is none.</summary>
    public long? Version { get; init; }

    /// <summary>What changed under the run since it read: the rows are stale and must be made again. Null when published.</summary>
    public string? Conflict { get; init; }

    /// <summary>True when an earlier attempt of this run had already committed.</summary>
    public bool AlreadyPublished { get; init; }
}

/// <summary>What a run leaves behind for each dataset.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Version">Table version it published.</param>
/// <param name="Partitions">Partitions it replaced.</param>
/// <param name="Counts">Where every row went.</param>
/// <param name="Rules">Each rule's outcome.</param>
public sealed record DatasetResult(
    string Dataset, long Version, IReadOnlyList<string> Partitions, RowCounts Counts, IReadOnlyList<RuleResult> Rules);
