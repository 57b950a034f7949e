// One file because these records are one message family: what runs, semaphores and breakers say to each other, and what they tell of themselves.
namespace Orchestrator.Activities.Contracts;

/// <summary>Signal <c>acquire</c>: a step asks for a permit of a concurrency group. Safe to repeat: the id says which request it is.</summary>
public sealed record PermitRequest
{
    /// <summary>Unique among all requests: the run id and a number.</summary>
    public required string Id { get; init; }

    /// <summary>Workflow that asks; the permit is its own until it gives it back or has ended.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Its run id.</summary>
    public required string RunId { get; init; }

    /// <summary>The step that waits.</summary>
    public required string Step { get; init; }

    /// <summary>Pipeline whose declaration <see cref="Group"/> is.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The group as the pipeline declares it.</summary>
    public required GroupPlan Group { get; init; }

    /// <summary>Why the run runs. Default: live.</summary>
    public RunLane Lane { get; init; }

    /// <summary>Priority within the lane, 1 (first) to 5. Default: 3.</summary>
    public int Priority { get; init; } = RunPriority.Default;

    /// <summary>Whose share of the permits it counts to. Default: <c>default</c>.</summary>
    public string Tenant { get; init; } = "default";

    /// <summary>Whether the step has the permit and goes on, and only says so. Default: false, it asks.</summary>
    public bool IsHeld { get; init; }
}

/// <summary>What a step that had a permit says about the group's source.</summary>
public enum PermitOutcome
{
    /// <summary>Nothing: it was cancelled, or failed for a reason of its own.</summary>
    Unknown,

    /// <summary>The source answered.</summary>
    Succeeded,

    /// <summary>The source did not answer, tried as often as the retry policy says.</summary>
    Failed,
}

/// <summary>Signal <c>release</c>: a permit is given back, or no longer waited for.</summary>
/// <param name="Id">The request.</param>
/// <param name="Outcome">How the step went.</param>
/// <param name="Why">The failure; null when there was none.</param>
public sealed record PermitRelease(string Id, PermitOutcome Outcome, string? Why = null);

/// <summary>Signal <c>permit</c> to a run: a request is granted.</summary>
/// <param name="Id">The request.</param>
public sealed record PermitGrant(string Id);

/// <summary>Signal <c>permit-wait</c> to a run: why a request is not granted yet.</summary>
/// <param name="Id">The request.</param>
/// <param name="Reason">For people.</param>
public sealed record PermitWait(string Id, string Reason);

/// <summary>A permit that somebody has.</summary>
/// <param name="Request">Who has it, for what.</param>
/// <param name="Since">When it was granted (UTC).</param>
/// <param name="IsProbe">Whether it is the one try of a half-open breaker.</param>
public sealed record PermitLease(PermitRequest Request, DateTime Since, bool IsProbe = false);

/// <summary>A request that waits.</summary>
/// <param name="Request">The request.</param>
/// <param name="Since">When it came (UTC).</param>
/// <param name="Number">Its place in the order of arrival.</param>
public sealed record PermitWaiting(PermitRequest Request, DateTime Since, long Number);

/// <summary>A group as one pipeline declares it, and when it said so last.</summary>
/// <param name="Group">The declaration.</param>
/// <param name="SeenAt">When (UTC).</param>
public sealed record DeclaredGroup(GroupPlan Group, DateTime SeenAt);

/// <summary>A tenant's share of a group's permits.</summary>
/// <param name="Weight">How many times another's share of weight 1. Default: 1.</param>
/// <param name="Turn">Permits it has got, divided by its weight.</param>
public sealed record TenantShare(double Weight, double Turn);

/// <summary>Update <c>set</c> of a semaphore: what an operator decides goes before what pipelines declare. What is null stays as it is.</summary>
public sealed record PermitSettings
{
    /// <summary>Permits; 0 grants none until it is raised, -1 goes back to what pipelines declare.</summary>
    public int? Capacity { get; init; }

    /// <summary>Permits granted in a minute; -1 goes back to what pipelines declare.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Weights of tenants, 0.001 to 1000.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}

/// <summary>All that a semaphore knows; travels with it when it continues as new.</summary>
public sealed record SemaphoreState
{
    /// <summary>Name of the group.</summary>
    public required string Group { get; init; }

    /// <summary>What pipelines declare, by pipeline.</summary>
    public IReadOnlyDictionary<string, DeclaredGroup> Declared { get; init; } = new Dictionary<string, DeclaredGroup>();

    /// <summary>Permits as an operator has set them; null as declared.</summary>
    public int? Capacity { get; init; }

    /// <summary>Rate as an operator has set it; null as declared.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Shares of tenants that are not all equal.</summary>
    public IReadOnlyDictionary<string, TenantShare> Tenants { get; init; } = new Dictionary<string, TenantShare>();

    /// <summary>Permits that are out.</summary>
    public IReadOnlyList<PermitLease> Leases { get; init; } = [];

    /// <summary>Requests that wait, in order of arrival.</summary>
    public IReadOnlyList<PermitWaiting> Waiting { get; init; } = [];

    /// <summary>Requests so far.</summary>
    public long Requests { get; init; }

    /// <summary>When permits of the last minute were granted (UTC); empty without a rate.</summary>
    public IReadOnlyList<DateTime> Granted { get; init; } = [];

    /// <summary>What the breaker said last.</summary>
    public BreakerState Breaker { get; init; } = new();

    /// <summary>Whether the last step that said something about the source failed.</summary>
    public bool Failing { get; init; }
}

/// <summary>Answer of a semaphore's query <c>state</c>.</summary>
public sealed record SemaphoreView
{
    /// <summary>Name of the group.</summary>
    public required string Group { get; init; }

    /// <summary>Permits that may be out at once.</summary>
    public required int Capacity { get; init; }

    /// <summary>Whether an operator has set the capacity. Default: false, it is the smallest that pipelines declare.</summary>
    public bool CapacityIsSet { get; init; }

    /// <summary>Permits granted in a minute at most; null for no limit.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Permits that are out.</summary>
    public required IReadOnlyList<PermitLease> Leases { get; init; }

    /// <summary>How many requests wait.</summary>
    public required int WaitingCount { get; init; }

    /// <summary>The first of them, in the order of their turns.</summary>
    public required IReadOnlyList<PermitWaiting> Waiting { get; init; }

    /// <summary>Shares of tenants that are not all equal.</summary>
    public required IReadOnlyDictionary<string, TenantShare> Tenants { get; init; }

    /// <summary>The breaker, as far as the semaphore knows.</summary>
    public required BreakerState Breaker { get; init; }

    /// <summary>Why a request would have to wait; null when it would not.</summary>
    public string? Blocked { get; init; }
}

/// <summary>Where a circuit breaker is.</summary>
public enum BreakerPhase
{
    /// <summary>Everything goes on.</summary>
    Closed,

    /// <summary>Nothing is tried.</summary>
    Open,

    /// <summary>One try decides.</summary>
    HalfOpen,
}

/// <summary>A circuit breaker as it is: answer of its query <c>state</c>, and its signal <c>breaker</c> to the semaphore of the same name.</summary>
public sealed record BreakerState
{
    /// <summary>Where it is.</summary>
    public BreakerPhase Phase { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    /// <summary>When one try is let through (UTC); null unless it is open.</summary>
    public DateTime? OpenUntil { get; init; }

    /// <summary>What the last failure was, or who opened it; null while nothing happened.</summary>
    public string? Why { get; init; }

    /// <summary>When it opens; null before the first report.</summary>
    public BreakerRule? Rule { get; init; }
}

/// <summary>Signal <c>report</c> to a breaker: what a try says of the source.</summary>
/// <param name="Failed">Whether it failed.</param>
/// <param name="Why">The failure; null when there was none.</param>
/// <param name="Rule">When the breaker opens.</param>
/// <param name="IsProbe">Whether it was the one try of a half-open breaker.</param>
/// <param name="Known">Where the reporter believes the breaker to be.</param>
public sealed record BreakerReport(bool Failed, string? Why, BreakerRule Rule, bool IsProbe = false, BreakerPhase Known = BreakerPhase.Closed);

/// <summary>Updates <c>open</c> and <c>close</c> of a breaker.</summary>
/// <param name="By">Who does it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Cooldown">For <c>open</c>: time until one try. Default: null, as pipelines declare it, or an hour.</param>
public sealed record BreakerOrder(string By, string Reason, TimeSpan? Cooldown = null);
