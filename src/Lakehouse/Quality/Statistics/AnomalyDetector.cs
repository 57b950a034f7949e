namespace Lakehouse.Quality.Statistics;

/// <summary>
/// Judges a metric by its own past: a trend, a pattern by day of the week, and how much it usually strays from both. All of it is
/// made of medians, so that single past outliers neither hide new ones nor raise alarms.
/// </summary>
public static class AnomalyDetector
{
    private const int DaysOfWeek = 7;

    // Turns the median absolute deviation of a normal distribution into its standard deviation.
    private const double MadToSigma = 1.4826;

    /// <summary>Judges a new value.</summary>
    /// <param name="history">Earlier values in any order; those on or after the new value's day, and values that are no numbers, are left out.</param>
    /// <param name="current">The new value.</param>
    /// <param name="options">Learning period, window and width of the band.</param>
    public static AnomalyVerdict Judge(IEnumerable<MetricPoint> history, MetricPoint current, AnomalyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        options ??= new AnomalyOptions();
        var past = history.Where(p => p.Day < current.Day && double.IsFinite(p.Value)).OrderBy(p => p.Day).TakeLast(options.WindowPoints).ToList();
        if (past.Count < Math.Max(2, options.LearningPoints))
        {
            return new AnomalyVerdict(true, false, double.NaN, double.NaN, double.NaN);
        }

        var slope = Slope(past);
        var origin = current.Day.DayNumber;
        var level = Median(past.Select(p => p.Value - (slope * (p.Day.DayNumber - origin))));
        double Trend(DateOnly day) => level + (slope * (day.DayNumber - origin));
        var season = Season(past, Trend);
        var residuals = past.Select(p => p.Value - Trend(p.Day) - season[(int)p.Day.DayOfWeek]).ToList();

        var expected = Trend(current.Day) + season[(int)current.Day.DayOfWeek];
        var band = Math.Max(
            options.Sensitivity * MadToSigma * Median(residuals.Select(Math.Abs)),
            Math.Max(options.LeastBand, options.LeastRelativeBand * Math.Abs(expected)));
        return new AnomalyVerdict(false, !(Math.Abs(current.Value - expected) <= band), expected, expected - band, expected + band);
    }

    /// <summary>
    /// Median of the slopes between points a whole number of weeks apart, which the weekly pattern does not touch; of all slopes when
    /// there are none.
    /// </summary>
    private static double Slope(List<MetricPoint> past)
    {
        var weekly = new List<double>();
        var any = new List<double>();
        for (var i = 0; i < past.Count; i++)
        {
            for (var j = i + 1; j < past.Count; j++)
            {
                var days = past[j].Day.DayNumber - past[i].Day.DayNumber;
                if (days > 0)
                {
                    (days % DaysOfWeek == 0 ? weekly : any).Add((past[j].Value - past[i].Value) / days);
                }
            }
        }

        return weekly.Count > 0 ? Median(weekly) : any.Count > 0 ? Median(any) : 0;
    }

    /// <summary>How each day of the week usually differs from the trend; nothing for a day seen less than twice.</summary>
    private static double[] Season(List<MetricPoint> past, Func<DateOnly, double> trend)
    {
        var season = new double[DaysOfWeek];
        foreach (var day in past.GroupBy(p => p.Day.DayOfWeek).Where(g => g.Count() > 1))
        {
            season[(int)day.Key] = Median(day.Select(p => p.Value - trend(p.Day)));
        }

        return season;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
