namespace Orchestrator.Activities.Planning;

/// <summary>A quantity that is not known yet, from what earlier runs took.</summary>
/// <param name="Median">The value in the middle: as many runs took more as less.</param>
/// <param name="Low">What one run in ten stays below.</param>
/// <param name="High">What one run in ten exceeds.</param>
public sealed record Estimate(double Median, double Low, double High)
{
    /// <summary>An estimate from what was seen; null when nothing was.</summary>
    public static Estimate? Of(IEnumerable<double> seen)
    {
        var sorted = seen.Order().ToArray();
        return sorted.Length == 0 ? null : new Estimate(At(sorted, 0.5), At(sorted, 0.1), At(sorted, 0.9));
    }

    /// <summary>The same in another measure.</summary>
    public Estimate Times(double factor) => new(Median * factor, Low * factor, High * factor);

    /// <summary>The sum of many: single deviations cancel out, so that the spread grows with the root of the number only.</summary>
    /// <param name="parts">What is summed.</param>
    public static Estimate? Sum(IEnumerable<Estimate> parts)
    {
        var (count, median, below, above) = (0, 0.0, 0.0, 0.0);
        foreach (var part in parts)
        {
            count++;
            median += part.Median;
            below += Math.Pow(part.Median - part.Low, 2);
            above += Math.Pow(part.High - part.Median, 2);
        }

        return count == 0 ? null : new Estimate(median, Math.Max(0, median - Math.Sqrt(below)), median + Math.Sqrt(above));
    }

    private static double At(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
