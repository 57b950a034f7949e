// One file because these records are one message family: what a pipeline's Trigger knows, asks its activities, and tells.
namespace Orchestrator.Activities.Contracts;

/// <summary>What starts a <c>Trigger</c>. As JSON, from any client: <c>{"pipeline":"covid"}</c>.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
public sealed record TriggerRequest(string Pipeline)
{
    /// <summary>Where an earlier history of the same workflow stopped. Default: null, at the beginning.</summary>
    public TriggerState? State { get; init; }

    /// <summary>The workflow id: one for each pipeline.</summary>
    public string WorkflowId => WorkflowIdOf(Pipeline);

    /// <summary>The workflow id of a pipeline's trigger.</summary>
    public static string WorkflowIdOf(string pipeline) => "trigger/" + pipeline;
}

/// <summary>What a trigger carries from one history to the next.</summary>
public sealed record TriggerState
{
    /// <summary>Whether it looks for nothing, and why.</summary>
    public string? Paused { get; init; }

    /// <summary>What the last look saw; null before the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Scheduled partitions that wait for earlier ones, the oldest first.</summary>
    public IReadOnlyList<DueRuns> Queue { get; init; } = [];

    /// <summary>Partitions that are running, by what started them.</summary>
    public IReadOnlyDictionary<string, string> Open { get; init; } = new Dictionary<string, string>();

    /// <summary>Those of them that wait for a decision.</summary>
    public IReadOnlyList<string> Held { get; init; } = [];

    /// <summary>Runs started so far.</summary>
    public long Started { get; init; }

    /// <summary>The newest things done, the newest last.</summary>
    public IReadOnlyList<string> Recent { get; init; } = [];
}

/// <summary>What <c>progress</c> of a trigger tells.</summary>
public sealed record TriggerProgress
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Why it looks for nothing; null when it does not rest.</summary>
    public string? Paused { get; init; }

    /// <summary>Whether the pipeline has triggers that have to be looked after.</summary>
    public bool Watches { get; init; }

    /// <summary>When it looked last (UTC); null before the first time.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>Partitions that are running, by what started them.</summary>
    public IReadOnlyDictionary<string, string> Open { get; init; } = new Dictionary<string, string>();

    /// <summary>Those of them that wait for a decision: they take no place, and nothing waits for them.</summary>
    public IReadOnlyList<string> Held { get; init; } = [];

    /// <summary>Scheduled partitions that wait for earlier ones.</summary>
    public IReadOnlyList<string> Queued { get; init; } = [];

    /// <summary>Partitions that wait for their inputs, with what they wait for; the first hundred.</summary>
    public IReadOnlyDictionary<string, string> Waiting { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs started so far.</summary>
    public long Started { get; init; }

    /// <summary>What is in the way of looking; null when nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>The newest things done, the newest last.</summary>
    public IReadOnlyList<string> Recent { get; init; } = [];
}

/// <summary>Tells a trigger that a run has published something its pipeline may read.</summary>
/// <param name="Pipeline">The pipeline that published.</param>
/// <param name="Partition">The partition.</param>
public sealed record PublishedNote(string Pipeline, string Partition);

/// <summary>Asks what is to be started.</summary>
public sealed record TriggerLook
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>What the last look saw; null before the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether sources are listed; false to read notification files only.</summary>
    public bool List { get; init; } = true;

    /// <summary>Partitions that are running.</summary>
    public IReadOnlyList<string> Open { get; init; } = [];

    /// <summary>How many of them wait for a decision, and take no place.</summary>
    public int Held { get; init; }

    /// <summary>Notification files whose partitions have been dealt with.</summary>
    public IReadOnlyList<string> Handled { get; init; } = [];
}

/// <summary>What a look found.</summary>
public sealed record TriggerFindings
{
    /// <summary>Partitions to start, in order.</summary>
    public IReadOnlyList<TriggerStart> Starts { get; init; } = [];

    /// <summary>Partitions that wait for their inputs, with what they wait for; the first hundred.</summary>
    public IReadOnlyDictionary<string, string> Waiting { get; init; } = new Dictionary<string, string>();

    /// <summary>Published partitions for which something came, for their windows to see to.</summary>
    public IReadOnlyList<string> Late { get; init; } = [];

    /// <summary>Whether more is to be started once runs have ended.</summary>
    public bool More { get; init; }

    /// <summary>What was seen.</summary>
    public string? Cursor { get; init; }

    /// <summary>Notification files that were read.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Time until sources are listed again; null when the pipeline has no such triggers.</summary>
    public TimeSpan? Poll { get; init; }

    /// <summary>Time until notification files are read again; null when there are none to read.</summary>
    public TimeSpan? ReadNotices { get; init; }

    /// <summary>Starts nothing while the pipeline's concurrency groups have no room: what would only wait is found anew at the next listing.</summary>
    public TriggerFindings IfRoom(FlowRoom room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return room.HasRoom ? this : this with
        {
            Starts = [],
            Waiting = Starts.ToDictionary(s => s.Partition, s => $"{s.Reason}; {room.Reason}"),
            More = true,
            Cursor = null,
            Notices = [],
        };
    }
}

/// <summary>A partition that is to be started.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="By"><c>data</c> or <c>arrival</c>.</param>
/// <param name="Reason">What has changed.</param>
/// <param name="Versions">Identity of the inputs that it is started for: it is not started for the same ones again.</param>
public sealed record TriggerStart(string Partition, string By, string Reason, string Versions);

/// <summary>Partitions that were started, to be remembered.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Starts">What was started.</param>
public sealed record TriggerStarts(string Pipeline, IReadOnlyList<TriggerStart> Starts);

/// <summary>Why a trigger did not run partitions.</summary>
public sealed record WhyNot
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The partitions.</summary>
    public required IReadOnlyList<string> Partitions { get; init; }

    /// <summary>Which trigger: <c>schedule</c>, <c>data</c> or <c>arrival</c>.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When they would have run (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Ends a run for one that is due.</summary>
/// <param name="Run">The run.</param>
/// <param name="Terminate">At once, without its own cleaning up.</param>
/// <param name="Reason">Why.</param>
public sealed record StopRun(RunRequest Run, bool Terminate, string Reason);
