namespace Temporalio.Runtime;

/// <summary>How metrics are handed to a custom meter.</summary>
public class CustomMetricMeterOptions
{
    /// <summary>How durations are handed over.</summary>
    public enum DurationFormat
    {
        /// <summary>As a <see cref="long"/> of whole milliseconds.</summary>
        IntegerMilliseconds,

        /// <summary>As a <see cref="double"/> of seconds.</summary>
        FloatSeconds,

        /// <summary>As a <see cref="System.TimeSpan"/>.</summary>
        TimeSpan,
    }

    /// <summary>How durations in histograms are handed over. Default: whole milliseconds.</summary>
    public DurationFormat HistogramDurationFormat { get; set; } = DurationFormat.IntegerMilliseconds;

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
