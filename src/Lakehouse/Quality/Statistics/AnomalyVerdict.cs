namespace Lakehouse.Quality.Statistics;

/// <summary>What a metric's history says about a new value.</summary>
/// <param name="IsLearning">True while too little is known to judge; nothing is anomalous then.</param>
/// <param name="IsAnomalous">True when the value is outside the band.</param>
/// <param name="Expected">The value that the history leads to expect; NaN while learning.</param>
/// <param name="Lower">Lower end of the band; NaN while learning.</param>
/// <param name="Upper">Upper end of the band; NaN while learning.</param>
public sealed record AnomalyVerdict(bool IsLearning, bool IsAnomalous, double Expected, double Lower, double Upper);
