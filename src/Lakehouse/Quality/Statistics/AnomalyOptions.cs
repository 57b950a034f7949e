namespace Lakehouse.Quality.Statistics;

/// <summary>How far a metric may be from what its own history leads to expect.</summary>
public sealed record AnomalyOptions
{
    /// <summary>Two weeks of days.</summary>
    internal const int LearningDays = 14;

    /// <summary>Two days of hours.</summary>
    internal const int LearningHours = 48;

    /// <summary>Eight weeks of days: what a pattern by day of the week is learnt from.</summary>
    internal const int WindowDays = 56;

    /// <summary>Two weeks of hours: what a pattern by hour of the day is learnt from.</summary>
    internal const int WindowHours = 336;

    /// <summary>Points that must be known before anything is judged. Default: null, 14; 48 where partitions are hours.</summary>
    public int? LearningPoints { get; init; }

    /// <summary>Points of the past that are looked at, the latest ones. Default: null, 56; 336 where partitions are hours.</summary>
    public int? WindowPoints { get; init; }

    /// <summary>Width of the band in robust standard deviations to each side. Default: 4.</summary>
    public double Sensitivity { get; init; } = 4;

    /// <summary>Least half-width of the band as a share of the expected value, so that a metric that never moved may move. Default: 0.05.</summary>
    public double LeastRelativeBand { get; init; } = 0.05;

    /// <summary>Least half-width of the band in the metric's unit. Default: 0.</summary>
    public double LeastBand { get; init; }
}
