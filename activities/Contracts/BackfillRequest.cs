// One file because these records are one message family: what starts a backfill, its plan, and what it tells.
namespace Orchestrator.Activities.Contracts;

/// <summary>Which of the chosen partitions a backfill runs.</summary>
public enum BackfillSelection
{
    /// <summary>All of them, also where nothing has changed.</summary>
    All,

    /// <summary>Those that need a run for whatever reason.</summary>
    Needed,

    /// <summary>Those that have never run.</summary>
    Missing,

    /// <summary>Those whose last run failed.</summary>
    Failed,

    /// <summary>Those whose inputs have changed since.</summary>
    StaleInputs,

    /// <summary>Those that older code has made.</summary>
    OlderCode,

    /// <summary>Those of which a check did not hold.</summary>
    FailedCheck,
}

/// <summary>In which order a backfill begins partitions.</summary>
public enum BackfillOrder
{
    /// <summary>From the first to the last: what looks back is made once, after all it reads.</summary>
    OldestFirst,

    /// <summary>From the last to the first: the newest are there soonest, and what looks back is made again as earlier partitions come.</summary>
    NewestFirst,

    /// <summary>The order in which partitions read each other, which is from the first to the last.</summary>
    Dependency,
}

/// <summary>What starts a <c>Backfill</c>. As JSON, from any client: <c>{"pipeline":"covid","name":"march","from":"2020-03-01","to":"2020-03-31"}</c>.</summary>
public sealed record BackfillRequest
{
    /// <summary>Pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the backfill, unique within the pipeline while it runs.</summary>
    public required string Name { get; init; }

    /// <summary>First partition. Default: null, the first there is.</summary>
    public string? From { get; init; }

    /// <summary>Last partition. Default: null, the last there is.</summary>
    public string? To { get; init; }

    /// <summary>Exactly these partitions. Default: null, all between <see cref="From"/> and <see cref="To"/>.</summary>
    public IReadOnlyList<string>? Partitions { get; init; }

    /// <summary>Which of them. Default: those that need a run.</summary>
    public BackfillSelection Selection { get; init; } = BackfillSelection.Needed;

    /// <summary>In which order. Default: oldest first.</summary>
    public BackfillOrder Order { get; init; }

    /// <summary>Runs at once. Default: null, the pipeline's own number.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Runs that may fail before no more are begun. Default: null, all.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Percent of all partitions that may fail before no more are begun. Default: null, all.</summary>
    public double? MaxFailurePercent { get; init; }

    /// <summary>Seconds of work, summed over runs, after which the backfill pauses and asks. Default: null, none.</summary>
    public double? BudgetSeconds { get; init; }

    /// <summary>Cost, summed over runs in the currency of the workers' price list, after which the backfill pauses and asks. Default: null, none.</summary>
    public decimal? BudgetCost { get; init; }

    /// <summary>Time of day in which no run is begun, as <c>22:00-06:00</c> (UTC) or <c>22:00-06:00 Europe/Berlin</c>. Default: null, none.</summary>
    public string? QuietHours { get; init; }

    /// <summary>Only plan. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Begin without waiting for the update <c>approve</c>. Default: false.</summary>
    public bool Approved { get; init; }

    /// <summary>Why its runs run, as far as their turn depends on it. Default: null, as a backfill's.</summary>
    public RunLane? Lane { get; init; }

    /// <summary>What a backfill hands to itself when its history grows; nobody else sets it.</summary>
    public BackfillState? State { get; init; }

    /// <summary>The workflow id.</summary>
    public string WorkflowId => $"backfill/{Pipeline}/{Name}";
}

/// <summary>What a backfill will do: the partitions lie in an object of the lake, in the order in which they begin.</summary>
public sealed record BackfillPlan
{
    /// <summary>SHA-256 over pipeline, code, partitions and their reasons, lower-case hex: what is approved.</summary>
    public required string Hash { get; init; }

    /// <summary>Folder of the lake with the plan and the report.</summary>
    public required string Folder { get; init; }

    /// <summary>Number of partitions.</summary>
    public required int Count { get; init; }

    /// <summary>Partitions of the selection that need no run.</summary>
    public int UpToDate { get; init; }

    /// <summary>First partition to begin; null when there is none.</summary>
    public string? First { get; init; }

    /// <summary>Last partition to begin; null when there is none.</summary>
    public string? Last { get; init; }

    /// <summary>Of them those whose runs would be refused, as their tables or what has changed of the pipeline does not let them publish; null when there are none.</summary>
    public IReadOnlyList<RefusedRuns>? Refused { get; init; }

    /// <summary>How many partitions by reason.</summary>
    public IReadOnlyDictionary<string, int> Reasons { get; init; } = new Dictionary<string, int>();

    /// <summary>Bytes of input.</summary>
    public long Bytes { get; init; }

    /// <summary>Seconds that a run took in the past: the median; null without a past.</summary>
    public double? SecondsEach { get; init; }

    /// <summary>What a run cost in the past, in the currency of the workers' price list: the median; null without a past.</summary>
    public double? CostEach { get; init; }

    /// <summary>Greatest number of earlier partitions that a dataset depends on, through whatever lies between.</summary>
    public int Lookback { get; init; }

    /// <summary>Runs at once, when the request does not say.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Whom the pipeline works for; null in plans of workers before 0.3.</summary>
    public string? Tenant { get; init; }

    /// <summary>What the backfill and its runs tell of themselves in search attributes; null in plans of workers before 0.3, then nothing.</summary>
    public WorkflowLabels? Labels { get; init; }
}

/// <summary>Argument of the activity that reads part of a plan.</summary>
/// <param name="Folder">The plan's folder.</param>
/// <param name="Offset">First partition, from 0.</param>
/// <param name="Count">How many.</param>
public sealed record BackfillPage(string Folder, int Offset, int Count);

/// <summary>Argument of the activity that looks for partitions that are older than what they read because runs left them to others.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="First">First partition of the backfill.</param>
/// <param name="Last">Last partition of the backfill.</param>
/// <param name="Lookback">How many partitions behind the last one are looked at.</param>
public sealed record LeftRange(string Pipeline, string First, string Last, int Lookback);

/// <summary>How a partition of a backfill ended.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Outcome"><c>published</c>, <c>skipped</c>, <c>failed</c>, <c>held</c> or <c>cancelled</c>.</param>
/// <param name="Reason">Why it was skipped, failed or is held; null otherwise.</param>
/// <param name="Rows">Rows published, of all datasets.</param>
/// <param name="Seconds">How long its run took.</param>
public sealed record BackfillOutcome(string Partition, string Outcome, string? Reason, long Rows, double Seconds)
{
    /// <summary>What its run used and what that cost; null where nothing was counted.</summary>
    public RunCost? Cost { get; init; }
}

/// <summary>Argument of the activity that adds outcomes to a backfill's report.</summary>
/// <param name="Folder">The plan's folder.</param>
/// <param name="Part">Number of the part.</param>
/// <param name="Outcomes">The outcomes.</param>
public sealed record BackfillOutcomes(string Folder, int Part, IReadOnlyList<BackfillOutcome> Outcomes);

/// <summary>Where a backfill is; travels with it when it continues as new, so its size does not grow with the number of partitions.</summary>
public sealed record BackfillState
{
    /// <summary>The plan.</summary>
    public BackfillPlan? Plan { get; init; }

    /// <summary>Whether it was approved.</summary>
    public bool Approved { get; init; }

    /// <summary>Partitions begun, or skipped, in plan order.</summary>
    public int Next { get; init; }

    /// <summary>Runs that published.</summary>
    public int Published { get; init; }

    /// <summary>Runs that had nothing to do, and partitions skipped by hand.</summary>
    public int Skipped { get; init; }

    /// <summary>Runs that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Runs that wait for a decision; they go on by themselves.</summary>
    public int Held { get; init; }

    /// <summary>Rows published.</summary>
    public long Rows { get; init; }

    /// <summary>Seconds of work, summed over runs.</summary>
    public double Seconds { get; init; }

    /// <summary>What runs used and what that cost; null where nothing was counted.</summary>
    public RunCost? Cost { get; init; }

    /// <summary>Runs at once, as set last; null as planned.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Whether it is paused.</summary>
    public bool Paused { get; init; }

    /// <summary>Why it paused by itself; null when it did not.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>Partitions that are not to be run.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>Partitions to be run again.</summary>
    public IReadOnlyList<string> Retry { get; init; } = [];

    /// <summary>Budget of seconds as set last; null as requested.</summary>
    public double? BudgetSeconds { get; init; }

    /// <summary>Budget of cost as set last; null as requested.</summary>
    public decimal? BudgetCost { get; init; }

    /// <summary>Whether it has looked for partitions that its runs left to others which did not make them.</summary>
    public bool TookUp { get; init; }

    /// <summary>Parts of the report written.</summary>
    public int Parts { get; init; }
}

/// <summary>Answer of the query <c>progress</c>, and the result of a backfill.</summary>
public sealed record BackfillProgress
{
    /// <summary><c>planning</c>, <c>awaiting approval</c>, <c>running</c>, <c>paused</c>, <c>quiet hours</c>, <c>planned</c>, <c>completed</c>, <c>stopped</c> or <c>cancelled</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Why it is paused or stopped; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The plan; null while it is made.</summary>
    public BackfillPlan? Plan { get; init; }

    /// <summary>Runs that published.</summary>
    public int Published { get; init; }

    /// <summary>Runs that had nothing to do, and partitions skipped by hand.</summary>
    public int Skipped { get; init; }

    /// <summary>Runs that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Runs that wait for a decision.</summary>
    public int Held { get; init; }

    /// <summary>Partitions not begun.</summary>
    public int Left { get; init; }

    /// <summary>Partitions that run now.</summary>
    public IReadOnlyList<string> Running { get; init; } = [];

    /// <summary>Runs at once.</summary>
    public int Concurrency { get; init; }

    /// <summary>Rows published.</summary>
    public long Rows { get; init; }

    /// <summary>Seconds of work, summed over runs.</summary>
    public double Seconds { get; init; }

    /// <summary>What runs used and what that cost; null where nothing was counted.</summary>
    public RunCost? Cost { get; init; }

    /// <summary>Seconds of work after which it pauses and asks; null for no such budget.</summary>
    public double? BudgetSeconds { get; init; }

    /// <summary>Cost after which it pauses and asks; null for no such budget.</summary>
    public decimal? BudgetCost { get; init; }
}
