namespace Lakehouse.Quality.Statistics;

/// <summary>
/// Judges a metric by its own past: a trend, a pattern by day of the week, of hours by hour of the day, and how much it usually strays from both. All of it is
/// made of medians, so that single past outliers neither hide new ones nor raise alarms.
/// </summary>
public static class AnomalyDetector
{
    // Turns the median absolute deviation of a normal distribution into its standard deviation.
    private const double MadToSigma = 1.4826;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Judges a new value.</summary>
    /// <param name="history">Earlier values in any order; those that begin with the new value's partition or after it, and values that are no numbers, are left out.</param>
    /// <param name="current">The new value.</param>
    /// <param name="options">Learning period, window and width of the band.</param>
    public static AnomalyVerdict Judge(IEnumerable<MetricPoint> history, MetricPoint current, AnomalyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        options ??= new AnomalyOptions();
        var known = history.Where(p => p.Start < current.Start && double.IsFinite(p.Value)).OrderBy(p => p.Start).ToList();
        var gap = PartitionTime.LeastGap(known.Select(p => p.Start).Append(current.Start));
        var areHours = PartitionTime.AreHours(known.Select(p => p.Start).Append(current.Start));
        var past = known.TakeLast(options.WindowPoints ?? (areHours ? AnomalyOptions.WindowHours : AnomalyOptions.WindowDays)).ToList();
        if (past.Count < Math.Max(2, options.LearningPoints ?? (areHours ? AnomalyOptions.LearningHours : AnomalyOptions.LearningDays)))
        {
            return new AnomalyVerdict(true, false, double.NaN, double.NaN, double.NaN);
        }

        // What comes once a week or less often has no pattern by day of the week.
        var cycle = areHours ? Day : gap < Week ? Week : (TimeSpan?)null;
        var unit = areHours ? TimeSpan.FromHours(1) : Day;
        var slope = Slope(past, unit, cycle);
        double Since(DateTime start) => (start - current.Start) / unit;
        var level = Median(past.Select(p => p.Value - (slope * Since(p.Start))));
        double Trend(DateTime start) => level + (slope * Since(start));
        int Phase(DateTime start) => cycle is { } length ? (int)(start.Ticks % length.Ticks / unit.Ticks) : 0;
        var season = cycle is null ? [] : Season(past, Trend, Phase);
        double Usual(DateTime start) => Trend(start) + season.GetValueOrDefault(Phase(start));

        var expected = Usual(current.Start);
        var band = Math.Max(
            options.Sensitivity * MadToSigma * Median(past.Select(p => Math.Abs(p.Value - Usual(p.Start)))),
            Math.Max(options.LeastBand, options.LeastRelativeBand * Math.Abs(expected)));
        return new AnomalyVerdict(false, !(Math.Abs(current.Value - expected) <= band), expected, expected - band, expected + band);
    }

    /// <summary>
    /// Median of the slopes, per unit of time, between points a whole number of cycles apart, which the pattern does not touch; of all slopes when
    /// there are none.
    /// </summary>
    private static double Slope(List<MetricPoint> past, TimeSpan unit, TimeSpan? cycle)
    {
        var whole = new List<double>();
        var any = new List<double>();
        for (var i = 0; i < past.Count; i++)
        {
            for (var j = i + 1; j < past.Count; j++)
            {
                var apart = past[j].Start - past[i].Start;
                if (apart > TimeSpan.Zero)
                {
                    (cycle is { } length && apart.Ticks % length.Ticks == 0 ? whole : any).Add((past[j].Value - past[i].Value) / (apart / unit));
                }
            }
        }

        return whole.Count > 0 ? Median(whole) : any.Count > 0 ? Median(any) : 0;
    }

    /// <summary>How each day of the week, or hour of the day, usually differs from the trend; nothing for one seen less than twice.</summary>
    private static Dictionary<int, double> Season(List<MetricPoint> past, Func<DateTime, double> trend, Func<DateTime, int> phase) =>
        past.GroupBy(p => phase(p.Start)).Where(g => g.Count() > 1).ToDictionary(g => g.Key, g => Median(g.Select(p => p.Value - trend(p.Start))));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
