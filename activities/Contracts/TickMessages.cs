// One file because these records are one message family: what a schedule starts, what its rules make of it, and what came of it.
namespace Orchestrator.Activities.Contracts;

/// <summary>What starts a <c>PipelineTick</c>. As JSON, from any client: <c>{"pipeline":"covid"}</c>.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
public sealed record TickRequest(string Pipeline)
{
    /// <summary>The time that the tick stands for. Default: null, what the schedule says that started it (search attribute <c>TemporalScheduledStartTime</c>); without one, when it started.</summary>
    public DateTimeOffset? Nominal { get; init; }

    /// <summary>Id of the schedule of a pipeline.</summary>
    public static string ScheduleId(string pipeline) => "schedule/" + pipeline;

    /// <summary>Beginning of the workflow ids of a pipeline's ticks; a schedule adds the nominal time.</summary>
    public static string WorkflowId(string pipeline) => "tick/" + pipeline;
}

/// <summary>What a tick asks: what is due at its time.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Nominal">The time.</param>
public sealed record TickQuestion(string Pipeline, DateTimeOffset Nominal);

/// <summary>What is due at a time.</summary>
public sealed record TickDecision
{
    /// <summary>Partitions to run, in order.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>Why there are none; null when there are.</summary>
    public string? Skipped { get; init; }

    /// <summary>What happens while runs of an earlier time go on.</summary>
    public RunOverlap Overlap { get; init; }

    /// <summary>How much later than its nominal time a tick comes without being a missed one that is made up for: the schedule's jitter and a minute.</summary>
    public TimeSpan Punctual { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>What happens to scheduled partitions while runs of an earlier time go on; as <c>schedule.overlap</c> says.</summary>
public enum RunOverlap
{
    /// <summary>They are not run.</summary>
    Skip,

    /// <summary>They are run next, unless others wait for that already.</summary>
    BufferOne,

    /// <summary>They are run when all before them have ended.</summary>
    BufferAll,

    /// <summary>The running ones are cancelled.</summary>
    CancelOther,

    /// <summary>The running ones are terminated.</summary>
    TerminateOther,

    /// <summary>They are run at the same time.</summary>
    AllowAll,
}

/// <summary>Partitions that are due, as a tick hands them to the pipeline's <c>Trigger</c>.</summary>
public sealed record DueRuns
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>When they are due.</summary>
    public required DateTimeOffset Nominal { get; init; }

    /// <summary>The partitions, in order.</summary>
    public required IReadOnlyList<string> Partitions { get; init; }

    /// <summary>What happens while runs of an earlier time go on.</summary>
    public RunOverlap Overlap { get; init; }

    /// <summary>Whether the time was missed and is made up for: then nothing is skipped, runs follow one another, the oldest first.</summary>
    public bool Missed { get; init; }
}

/// <summary>What came of one partition that a trigger was to run.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Outcome"><c>started</c>, <c>attached</c> (it ran already), <c>queued</c> or <c>skipped</c>.</param>
/// <param name="Reason">Why it is queued or skipped; null otherwise.</param>
public sealed record TriggeredRun(string Partition, string Outcome, string? Reason = null);

/// <summary>What a tick did: its result, and its query <c>progress</c>.</summary>
public sealed record TickResult
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The time that it stands for (UTC).</summary>
    public required DateTimeOffset Nominal { get; init; }

    /// <summary>Why nothing was to run; null when something was.</summary>
    public string? Skipped { get; init; }

    /// <summary>What came of each partition.</summary>
    public IReadOnlyList<TriggeredRun> Runs { get; init; } = [];
}
