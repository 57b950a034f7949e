namespace Orchestrator.Benchmarks.Server;

/// <summary>What a number of equal operations cost.</summary>
/// <param name="PerSecond">Operations per second, wall time.</param>
/// <param name="P50Milliseconds">Half of the operations took less than this.</param>
/// <param name="ServerMilliseconds">Processor time of the server, each.</param>
/// <param name="WorkerMilliseconds">Processor time of the worker, each.</param>
internal readonly record struct Measured(double PerSecond, double P50Milliseconds, double ServerMilliseconds, double WorkerMilliseconds)
{
    /// <summary><c>NAME.per_s</c>, <c>NAME.p50_ms</c>, <c>NAME.cpu_ms</c> (the server's) and <c>NAME.worker_cpu_ms</c>.</summary>
    public IReadOnlyList<BenchFigure> Figures(string name) =>
    [
        new BenchFigure($"{name}.per_s", PerSecond, "1/s"),
        new BenchFigure($"{name}.p50_ms", P50Milliseconds, "ms"),
        new BenchFigure($"{name}.cpu_ms", ServerMilliseconds, "ms"),
        new BenchFigure($"{name}.worker_cpu_ms", WorkerMilliseconds, "ms"),
    ];
}
