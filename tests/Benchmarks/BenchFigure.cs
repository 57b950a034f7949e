namespace Orchestrator.Benchmarks;

/// <summary>One measured figure, and what it is to be read beside.</summary>
/// <param name="Name">Dotted name, stable over time.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Unit">Unit of both values.</param>
/// <param name="Baseline">Name of what was measured beside it in the same run, or null.</param>
/// <param name="BaselineValue">Its value, or null.</param>
/// <param name="Ratio">Value by baseline value, or null.</param>
internal sealed record BenchFigure(
    string Name, double Value, string Unit, string? Baseline = null, double? BaselineValue = null, double? Ratio = null)
{
    /// <summary>The figure beside a baseline of the same run.</summary>
    public BenchFigure Beside(BenchFigure baseline) =>
        this with { Baseline = baseline.Name, BaselineValue = baseline.Value, Ratio = baseline.Value == 0 ? null : Value / baseline.Value };
}
