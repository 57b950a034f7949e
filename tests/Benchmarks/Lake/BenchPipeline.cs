using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>A copy of the covid pipeline over 90 real days, or over the shipped sample where the shared data is absent.</summary>
internal static class BenchPipeline
{
    public const int WantedDays = 90;

    /// <summary>Lays the pipeline out under a folder of pipelines.</summary>
    /// <param name="pipelines">The folder.</param>
    /// <param name="days">How many days, where the shared data has as many.</param>
    public static void Create(string pipelines, int days = WantedDays)
    {
        var from = TestPaths.InRepo("pipelines", "covid");
        var to = Path.Combine(pipelines, "covid");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var shared = Path.GetFullPath(Path.Combine(TestPaths.Repo, "..", "shared", "data", "covid-daily", "daily"));
        if (Directory.Exists(shared))
        {
            foreach (var old in Directory.EnumerateFiles(Path.Combine(to, "sample"), "*.csv"))
            {
                File.Delete(old);
            }

            // File names are MM-dd-yyyy and all of one year, so their order is the days' order.
            foreach (var day in Directory.EnumerateFiles(shared, "*.csv").Order(StringComparer.Ordinal).Take(days))
            {
                File.Copy(day, Path.Combine(to, "sample", Path.GetFileName(day)));
            }
        }
    }
}
