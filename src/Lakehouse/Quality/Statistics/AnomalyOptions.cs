namespace Lakehouse.Quality.Statistics;

/// <summary>How far a metric may be from what its own history leads to expect.</summary>
public sealed record AnomalyOptions
{
    /// <summary>Points that must be known before anything is judged. Default: 14, two weeks of daily points.</summary>
    public int LearningPoints { get; init; } = 14;

    /// <summary>Points of the past that are looked at, the latest ones. Default: 56, eight weeks of daily points.</summary>
    public int WindowPoints { get; init; } = 56;

    /// <summary>Width of the band in robust standard deviations to each side. Default: 4.</summary>
    public double Sensitivity { get; init; } = 4;

    /// <summary>Least half-width of the band as a share of the expected value, so that a metric that never moved may move. Default: 0.05.</summary>
    public double LeastRelativeBand { get; init; } = 0.05;

    /// <summary>Least half-width of the band in the metric's unit. Default: 0.</summary>
    public double LeastBand { get; init; }
}
