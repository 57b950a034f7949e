namespace Orchestrator.TestKit.S3;

/// <summary>Which requests go wrong, and how. Rules are asked in the order they were added.</summary>
public sealed class S3Faults
{
    /// <summary>What a network and a busy service do to a caller: lost replies, broken connections, refusals.</summary>
    public static IReadOnlyList<S3Fault> OfANetwork { get; } =
        [S3Fault.ResetAfterStore, S3Fault.InternalErrorAfterStore, S3Fault.ResetBeforeRequest, S3Fault.SlowDown, S3Fault.ConditionalRequestConflict, S3Fault.ResetMidBody];

    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];
    private int _injected;

    /// <summary>How many faults were injected.</summary>
    public int Injected => Volatile.Read(ref _injected);

    /// <summary>Lets the next requests that match go wrong.</summary>
    /// <param name="fault">How.</param>
    /// <param name="times">How many.</param>
    /// <param name="when">Which; null for all.</param>
    /// <param name="skip">How many that match are passed over first.</param>
    public void Add(S3Fault fault, int times = 1, Func<S3Request, bool>? when = null, int skip = 0)
    {
        lock (_gate)
        {
            var (left, over) = (times, skip);
            _rules.Add(new Rule(when ?? (_ => true), () => over-- > 0 || left <= 0 ? null : left-- > 0 ? fault : null));
        }
    }

    /// <summary>Lets requests go wrong by chance until <see cref="Clear"/>; one seed gives one sequence.</summary>
    /// <param name="seed">Seed of the chance.</param>
    /// <param name="probability">Between 0 and 1.</param>
    /// <param name="faults">How, each as likely as the others.</param>
    public void AddRandom(int seed, double probability, params S3Fault[] faults)
    {
        var random = new Random(seed);
        lock (_gate)
        {
            _rules.Add(new Rule(_ => true, () => random.NextDouble() < probability ? faults[random.Next(faults.Length)] : null));
        }
    }

    /// <summary>Lets nothing go wrong any more.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    internal S3Fault? Next(S3Request request)
    {
        Rule[] rules;
        lock (_gate)
        {
            rules = [.. _rules];
        }

        // A condition may send requests of its own, so it is asked outside the lock.
        foreach (var rule in rules.Where(r => r.When(request)))
        {
            lock (_gate)
            {
                if (rule.Draw() is { } fault)
                {
                    _injected++;
                    return fault;
                }
            }
        }

        return null;
    }

    private sealed record Rule(Func<S3Request, bool> When, Func<S3Fault?> Draw);
}
