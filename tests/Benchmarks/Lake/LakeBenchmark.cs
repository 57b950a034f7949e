using Orchestrator.Pipelines;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// Real days through bronze, silver and gold by the library, contracts and commits on, beside the same SQL run bare in DuckDB: <c>lake.medallion.ratio</c> over the covid and the retail
/// pipeline together, then each by itself with its steps. Both have the whole machine: the bare engine as many threads as there are cores, the library twice as many days at once.
/// </summary>
internal static class LakeBenchmark
{
    // What a method is called before the runtime compiles it well, and some more.
    private const int Warm = 15;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new List<BenchFigure>();
        var (seconds, bareSeconds) = (0.0, 0.0);
        foreach (var (pipeline, days) in new[] { ("covid", 90), ("retail", 60) })
        {
            var (own, bare) = await RunAsync(pipeline, days, figures, cancellationToken);
            (seconds, bareSeconds) = (seconds + own, bareSeconds + bare);
        }

        return [new BenchFigure("lake.medallion.ratio", seconds / bareSeconds, "x", "lake.medallion.bare_s", bareSeconds, seconds / bareSeconds), .. figures];
    }

    private static async Task<(double Own, double Bare)> RunAsync(string pipeline, int wanted, List<BenchFigure> figures, CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        BenchPipeline.Create(folder.At("pipelines"), pipeline, wanted);
        var spec = PipelineLoader.Load(folder.At("pipelines", pipeline));
        var days = (await spec.Sources.Values.Single().DiscoverAsync(spec.Partitioning, cancellationToken)).Partitions.Select(p => (p.Partition, p.Files[0].Uri)).ToArray();

        // Once over some days for both, so that neither pays for the first use of the code.
        var first = days.Take(Warm).ToArray();
        new BareMedallion(spec, folder.At("bare-warm")).Run(first);
        using (var warm = new FacadeMedallion(spec, folder.At("facade-warm")))
        {
            await warm.RunAsync(first, cancellationToken);
        }

        var bare = new BareMedallion(spec, folder.At("bare"));
        var (bareSeconds, bareCpu) = await LoadTime.OfAsync(() =>
        {
            bare.Run(days);
            return Task.CompletedTask;
        });
        using var facade = new FacadeMedallion(spec, folder.At("facade"));
        var (seconds, cpu) = await LoadTime.OfAsync(() => facade.RunAsync(days, cancellationToken));
        var name = "lake.medallion." + pipeline;
        figures.AddRange(
        [
            new BenchFigure(name + ".days", days.Length, "days"),
            new BenchFigure(name + ".s", seconds, "s").Beside(new BenchFigure(name + ".bare_s", bareSeconds, "s")),
            new BenchFigure(name + ".cpu_s", cpu, "s").Beside(new BenchFigure(name + ".bare_cpu_s", bareCpu, "s")),
            .. spec.Datasets.Select(d => new BenchFigure($"{name}.step.{d.Name}.s", facade.StepSeconds[d.Name], "s").Beside(new BenchFigure($"{name}.step.{d.Name}.bare_s", bare.StepSeconds[d.Name], "s"))),
        ]);
        return (seconds, bareSeconds);
    }
}
