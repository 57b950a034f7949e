using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>A copy of a shipped pipeline over more of its real days, or over the shipped sample where the shared data is absent.</summary>
internal static class BenchPipeline
{
    private static readonly Dictionary<string, string[]> Shared = new(StringComparer.Ordinal)
    {
        ["covid"] = ["data", "covid-daily", "daily"],
        ["retail"] = ["data", "events", "retail-by-day"],
    };

    /// <summary>Lays a pipeline out under a folder of pipelines.</summary>
    /// <param name="pipelines">The folder.</param>
    /// <param name="name">The pipeline's name.</param>
    /// <param name="days">How many days, where the shared data has as many.</param>
    public static void Create(string pipelines, string name, int days)
    {
        var from = TestPaths.InRepo("pipelines", name);
        var to = Path.Combine(pipelines, name);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var shared = Path.GetFullPath(Path.Combine([TestPaths.Repo, "..", "shared", .. Shared[name]]));
        if (Directory.Exists(shared))
        {
            foreach (var old in Directory.EnumerateFiles(Path.Combine(to, "sample"), "*.csv"))
            {
                File.Delete(old);
            }

            // The names begin with what changes slowest within the days taken, so their order is the days' order. A manifest is no day.
            foreach (var day in Directory.EnumerateFiles(shared, "*.csv").Where(f => char.IsDigit(Path.GetFileName(f)[0])).Order(StringComparer.Ordinal).Take(days))
            {
                File.Copy(day, Path.Combine(to, "sample", Path.GetFileName(day)));
            }
        }
    }
}
