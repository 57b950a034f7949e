using System.Globalization;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Workflows.Flow;

/// <summary>
/// Who has a group's permits and whose turn is next. Never more permits are out than the capacity allows, whatever happens in which order. Decides only: it knows no
/// clock and sends nothing, so that it can be proved apart from workflows.
/// </summary>
public sealed class PermitBook
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>A pipeline that has not asked for so long declares nothing any more.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(30);

    private readonly string _group;
    private readonly SortedDictionary<string, DeclaredGroup> _declared;
    private readonly SortedDictionary<string, TenantShare> _tenants;
    private readonly List<PermitLease> _leases;
    private readonly List<PermitWaiting> _waiting;
    private readonly Queue<DateTime> _granted;
    private int? _capacity;
    private int? _rate;
    private long _requests;

    /// <summary>Opens a book where another one ended.</summary>
    public PermitBook(SemaphoreState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _group = state.Group;
        _declared = new(state.Declared.ToDictionary(), StringComparer.Ordinal);
        _tenants = new(state.Tenants.ToDictionary(), StringComparer.Ordinal);
        _leases = [.. state.Leases];
        _waiting = [.. state.Waiting];
        _granted = new(state.Granted);
        (_capacity, _rate, _requests) = (state.Capacity, state.RatePerMinute, state.Requests);
        (Breaker, Failing) = (state.Breaker, state.Failing);
    }

    /// <summary>The breaker as it was heard of last.</summary>
    public BreakerState Breaker { get; private set; }

    /// <summary>Whether the last step that said something about the source failed.</summary>
    public bool Failing { get; private set; }

    /// <summary>Permits that may be out at once: as set, or the smallest that is declared.</summary>
    public int Capacity => _capacity ?? _declared.Values.Select(d => d.Group.Limit).DefaultIfEmpty(1).Min();

    /// <summary>Permits granted in a minute at most; null for no limit.</summary>
    public int? RatePerMinute => _rate ?? _declared.Values.Min(d => d.Group.RatePerMinute);

    /// <summary>When the breaker opens, by the most careful of those who declare one; null without one.</summary>
    public BreakerRule? Rule => _declared.Values.Select(d => d.Group.Breaker).OfType<BreakerRule>().OrderBy(b => b.Failures).ThenByDescending(b => b.Cooldown).FirstOrDefault();

    /// <summary>Permits that are out.</summary>
    public IReadOnlyList<PermitLease> Leases => _leases;

    /// <summary>How many requests wait.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>All requests that wait, in order of arrival.</summary>
    public IReadOnlyList<PermitWaiting> Waiting => _waiting;

    /// <summary>Books a request, or a permit that a step says it has.</summary>
    /// <returns>Whether it has its permit already: its grant was lost, or it asks again.</returns>
    public bool Ask(PermitRequest request, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(request);
        _declared[request.Pipeline] = new DeclaredGroup(request.Group, now);
        foreach (var old in _declared.Where(d => now - d.Value.SeenAt > Forgotten).Select(d => d.Key).ToArray())
        {
            _declared.Remove(old);
        }

        if (_leases.FindIndex(l => l.Request.Id == request.Id) is >= 0 and var mine)
        {
            // A run that was reset has another run id from then on.
            _leases[mine] = _leases[mine] with { Request = request with { IsHeld = false } };
            return !request.IsHeld;
        }

        if (request.IsHeld)
        {
            // A book before this one gave it: it is out, be there room or not.
            _waiting.RemoveAll(w => w.Request.Id == request.Id);
            _leases.Add(new PermitLease(request with { IsHeld = false }, now));
            return false;
        }

        if (_waiting.FindIndex(w => w.Request.Id == request.Id) is >= 0 and var place)
        {
            _waiting[place] = _waiting[place] with { Request = request };
        }
        else
        {
            _waiting.Add(new PermitWaiting(request, now, ++_requests));
        }

        return false;
    }

    /// <summary>Grants what may be granted now.</summary>
    public IReadOnlyList<PermitLease> Grant(DateTime now)
    {
        var granted = new List<PermitLease>();
        while (_waiting.Count > 0 && Blocked(now) is null)
        {
            var next = Next();
            var lease = new PermitLease(next.Request, now, Breaker.Phase is BreakerPhase.HalfOpen);
            _waiting.Remove(next);
            _leases.Add(lease);
            granted.Add(lease);
            TakeTurn(next.Request.Tenant);
            if (RatePerMinute is not null)
            {
                _granted.Enqueue(now);
            }
        }

        return granted;
    }

    /// <summary>Why nothing may be granted now; null when something may.</summary>
    public string? Blocked(DateTime now) => Breaker.Phase switch
    {
        BreakerPhase.Open => string.Create(CultureInfo.InvariantCulture, $"its circuit breaker is open{(Breaker.OpenUntil is { } until ? $" until {until:u}" : "")}: {Breaker.Why}"),
        BreakerPhase.HalfOpen when _leases.FirstOrDefault(l => l.IsProbe) is { } probe => $"its circuit breaker is half-open and {probe.Request.WorkflowId} is the one try",
        _ when Capacity == 0 => "it gives out no permit: its capacity is set to 0",
        _ when _leases.Count >= Capacity => string.Create(CultureInfo.InvariantCulture, $"{_leases.Count} of {Capacity} permits are out, to {string.Join(", ", _leases.Take(3).Select(l => l.Request.WorkflowId))}{(_leases.Count > 3 ? " and others" : "")}"),
        _ when NextIn(now) is not null => string.Create(CultureInfo.InvariantCulture, $"{RatePerMinute} steps have begun within a minute"),
        _ => null,
    };

    /// <summary>How long the rate keeps it from granting more; null when it does not.</summary>
    public TimeSpan? NextIn(DateTime now)
    {
        if (RatePerMinute is not { } rate)
        {
            _granted.Clear();
            return null;
        }

        while (_granted.TryPeek(out var first) && first + Minute <= now)
        {
            _granted.Dequeue();
        }

        // A rate that was lowered leaves more behind than it allows: the one that counts is so many from the end.
        return rate <= 0 ? Minute : _granted.Count >= rate ? _granted.ElementAt(_granted.Count - rate) + Minute - now : null;
    }

    /// <summary>Takes a permit back, or a request out.</summary>
    /// <returns>The permit; null when there was none.</returns>
    public PermitLease? Release(string id)
    {
        _waiting.RemoveAll(w => w.Request.Id == id);
        var lease = _leases.FirstOrDefault(l => l.Request.Id == id);
        if (lease is not null)
        {
            _leases.Remove(lease);
        }

        return lease;
    }

    /// <summary>Takes a permit back and keeps what it says of the source.</summary>
    /// <returns>What the breaker is to be told; null when it need not know.</returns>
    public BreakerReport? Release(PermitRelease release)
    {
        ArgumentNullException.ThrowIfNull(release);
        if (Release(release.Id) is not { } lease || release.Outcome is PermitOutcome.Unknown || Rule is not { } rule)
        {
            return null;
        }

        var (failed, wasFailing) = (release.Outcome is PermitOutcome.Failed, Failing);
        Failing = failed;
        if (!failed && !wasFailing && !lease.IsProbe)
        {
            return null;
        }

        if (lease.IsProbe)
        {
            // Nothing goes on until the breaker has heard of it.
            Breaker = Breaker with { Phase = BreakerPhase.Open, OpenUntil = null, Why = failed ? release.Why : "the one try succeeded" };
        }

        return new BreakerReport(failed, release.Why, rule, lease.IsProbe, lease.IsProbe ? BreakerPhase.HalfOpen : Breaker.Phase);
    }

    /// <summary>The breaker has changed.</summary>
    public void Hear(BreakerState breaker)
    {
        ArgumentNullException.ThrowIfNull(breaker);
        Breaker = breaker;
        Failing = breaker.Phase is not BreakerPhase.Closed || breaker.Failures > 0;
        if (breaker.Phase is BreakerPhase.HalfOpen)
        {
            // What is out from before is no try of this time.
            for (var i = 0; i < _leases.Count; i++)
            {
                _leases[i] = _leases[i] with { IsProbe = false };
            }
        }
    }

    /// <summary>An operator changes the group.</summary>
    public void Set(PermitSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _capacity = settings.Capacity is -1 ? null : settings.Capacity ?? _capacity;
        _rate = settings.RatePerMinute is -1 ? null : settings.RatePerMinute ?? _rate;
        foreach (var (tenant, weight) in settings.Weights)
        {
            _tenants[tenant] = new TenantShare(weight, TurnOf(tenant));
        }
    }

    /// <summary>Requests in the order of their turns, as far as it is known now.</summary>
    public IEnumerable<PermitWaiting> InOrder() => _waiting.Order(Comparer<PermitWaiting>.Create(Compare));

    /// <summary>The book as it is, for the next one.</summary>
    public SemaphoreState ToState() => new()
    {
        Group = _group,
        Declared = _declared.ToDictionary(),
        Capacity = _capacity,
        RatePerMinute = _rate,
        Tenants = _tenants.ToDictionary(),
        Leases = [.. _leases],
        Waiting = [.. _waiting],
        Requests = _requests,
        Granted = [.. _granted],
        Breaker = Breaker,
        Failing = Failing,
    };

    /// <summary>The book for people.</summary>
    /// <param name="now">The time.</param>
    /// <param name="most">How many of those who wait to name.</param>
    public SemaphoreView View(DateTime now, int most) => new()
    {
        Group = _group,
        Capacity = Capacity,
        CapacityIsSet = _capacity is not null,
        RatePerMinute = RatePerMinute,
        Leases = [.. _leases],
        WaitingCount = _waiting.Count,
        Waiting = [.. InOrder().Take(most)],
        Tenants = _tenants.ToDictionary(),
        Breaker = Breaker,
        Blocked = Blocked(now),
    };

    private PermitWaiting Next() => _waiting.Min(Comparer<PermitWaiting>.Create(Compare))!;

    /// <summary>Lane, priority, the tenant that has had least for its weight, order of arrival.</summary>
    private int Compare(PermitWaiting? a, PermitWaiting? b) =>
        (a!.Request.Lane, a.Request.Priority, TurnOf(a.Request.Tenant), a.Number).CompareTo((b!.Request.Lane, b.Request.Priority, TurnOf(b.Request.Tenant), b.Number));

    private double TurnOf(string tenant) => _tenants.GetValueOrDefault(tenant)?.Turn ?? 0;

    /// <summary>
    /// One turn more for a tenant. Who has not asked for a while saves nothing up: turns count from the one that is furthest behind among those who wait, and whom nothing sets
    /// apart is forgotten.
    /// </summary>
    private void TakeTurn(string tenant)
    {
        var weight = _tenants.GetValueOrDefault(tenant)?.Weight ?? 1;
        _tenants[tenant] = new TenantShare(weight, TurnOf(tenant) + (1 / weight));
        var behind = _waiting.Select(w => TurnOf(w.Request.Tenant)).Append(TurnOf(tenant)).Min();
        foreach (var (name, share) in _tenants.ToArray())
        {
            var turn = Math.Max(0, share.Turn - behind);
            if (turn > 0 || share.Weight is not 1)
            {
                _tenants[name] = share with { Turn = turn };
            }
            else
            {
                _tenants.Remove(name);
            }
        }
    }
}
