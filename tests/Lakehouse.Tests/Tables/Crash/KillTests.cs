using System.Diagnostics;
using Lakehouse.ObjectStores;
using Lakehouse.Simulation.Crash;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>A process is killed at every named step of every kind of work, on disk.</summary>
public sealed class KillTests
{
    private const int Killed = 137;

    private static readonly string[] Steps = ["operation.after-data-file", "operation.after-store", "operation.before-commit", "commit.before-put", "store.before-link", "store.after-link", "commit.after-put"];

    /// <summary>Each scenario with the steps it goes through.</summary>
    private static readonly (string Scenario, string[] Steps)[] Table =
    [
        ("append", Steps),
        ("delete", Steps),
        ("merge", Steps),
        ("compact", [.. Steps, "compact.after-bin"]),
        ("update", ["operation.after-store", "commit.before-put", "commit.after-put"]),
        ("overwrite-partitions", ["operation.after-store", "commit.before-put", "commit.after-put"]),
        ("sort", ["compact.after-bin", "commit.before-put", "commit.after-put"]),
        ("add-column", ["commit.before-put", "store.after-link", "commit.after-put"]),
        ("restore", ["commit.before-put", "store.before-link", "store.after-link", "commit.after-put"]),
        ("vacuum", ["vacuum.after-horizon", "vacuum.before-delete", "vacuum.after-delete"]),
        ("checkpoint", ["checkpoint.before-upload", "checkpoint.before-hint"]),
        ("log-cleanup", ["checkpoint.before-hint", "log-cleanup.after-delete"]),
    ];

    [Fact]
    public async Task Process_KilledAtAnyStep_LeavesATableThatIsWhole()
    {
        using var folder = new TempDir();
        using (var table = new CrashTable(new LocalObjectStore(folder.At("prepared"))))
        {
            await table.PrepareAsync();
        }

        var cases = 0;
        await Parallel.ForEachAsync(Table, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (row, cancellationToken) =>
        {
            var (before, after) = await RowsAsync(folder, row.Scenario);
            foreach (var step in row.Steps)
            {
                var root = Copy(folder, $"{row.Scenario}-{step}");
                Assert.True(await RunAsync(root, row.Scenario, step, cancellationToken) == Killed, $"{row.Scenario} did not come to '{step}'");
                await CrashCheck.HoldsAsync(CrashScenario.Find(row.Scenario), new LocalObjectStore(root), () => null, before, after);
                Interlocked.Increment(ref cases);
            }
        });
        Assert.Equal(Table.Sum(t => t.Steps.Length), cases);
    }

    private static async Task<(string[] Before, string[] After)> RowsAsync(TempDir folder, string scenario)
    {
        using var table = new CrashTable(new LocalObjectStore(Copy(folder, $"{scenario}-whole")));
        var before = await table.RowsAsync();
        await CrashScenario.Find(scenario).RunAsync(table);
        return (before, await table.RowsAsync());
    }

    private static string Copy(TempDir folder, string name)
    {
        var (from, to) = (folder.At("prepared"), folder.At(name));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return to;
    }

    private static async Task<int> RunAsync(string root, string scenario, string step, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(CrashScenario).Assembly.Location, "crash", root, scenario })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ORCHESTRATOR_FAILPOINT"] = $"{step}=kill";
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode is 0 or Killed ? process.ExitCode : throw new InvalidOperationException($"{scenario} at '{step}' ended with {process.ExitCode}: {error}");
    }
}
