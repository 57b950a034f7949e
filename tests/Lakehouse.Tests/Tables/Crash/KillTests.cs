using System.Diagnostics;
using Lakehouse.Simulation.Crash;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>A process is killed at every named step of every kind of work; the same for each kind of store.</summary>
public abstract class KillTests
{
    private const int Killed = 137;

    private static readonly string[] Steps = ["operation.after-data-file", "operation.after-store", "operation.before-commit", "commit.before-put", "store.before-write", "store.after-write", "commit.after-put"];

    /// <summary>Each scenario with the steps it goes through in any store.</summary>
    private static readonly (string Scenario, string[] Steps)[] Table =
    [
        ("append", Steps),
        ("delete", Steps),
        ("merge", Steps),
        ("compact", [.. Steps, "compact.after-bin"]),
        ("update", ["operation.after-store", "commit.before-put", "commit.after-put"]),
        ("overwrite-partitions", ["operation.after-store", "commit.before-put", "commit.after-put"]),
        ("sort", ["compact.after-bin", "commit.before-put", "commit.after-put"]),
        ("add-column", ["commit.before-put", "store.after-write", "commit.after-put"]),
        ("restore", ["commit.before-put", "store.before-write", "store.after-write", "commit.after-put"]),
        ("vacuum", ["vacuum.after-horizon", "vacuum.before-delete", "vacuum.after-delete"]),
        ("checkpoint", ["checkpoint.before-upload", "checkpoint.before-hint"]),
        ("log-cleanup", ["checkpoint.before-hint", "log-cleanup.after-delete"]),
    ];

    /// <summary>Steps of a write that only this store has.</summary>
    protected virtual string[] StoreSteps => [];

    /// <summary>Settings of the child process, credentials among them.</summary>
    protected virtual IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>();

    [Fact]
    public async Task Process_KilledAtAnyStep_LeavesATableThatIsWhole()
    {
        await using (var prepared = await OpenAsync("prepared", from: null))
        using (var table = prepared.Table())
        {
            await table.PrepareAsync();
        }

        var cases = 0;
        await Parallel.ForEachAsync(Table, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (row, cancellationToken) =>
        {
            var (before, after) = await RowsAsync(row.Scenario);
            foreach (var step in StepsOf(row.Steps))
            {
                await using var place = await OpenAsync($"{row.Scenario}-{step}", from: "prepared");
                Assert.True(await RunAsync(place.Location, row.Scenario, step, cancellationToken) == Killed, $"{row.Scenario} did not come to '{step}'");
                await CrashCheck.HoldsAsync(CrashScenario.Find(row.Scenario), place.Store, place.Cache, before, after);
                Interlocked.Increment(ref cases);
            }
        });
        Assert.Equal(Table.Sum(t => StepsOf(t.Steps).Count()), cases);
    }

    /// <summary>A lake of its own under a name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="from">Name of the lake whose objects it begins with; null for none.</param>
    internal abstract Task<CrashPlace> OpenAsync(string name, string? from);

    private IEnumerable<string> StepsOf(string[] steps) => steps.Contains("store.before-write") ? steps.Concat(StoreSteps) : steps;

    private async Task<(string[] Before, string[] After)> RowsAsync(string scenario)
    {
        await using var whole = await OpenAsync($"{scenario}-whole", from: "prepared");
        using var table = whole.Table();
        var before = await table.RowsAsync();
        await CrashScenario.Find(scenario).RunAsync(table);
        return (before, await table.RowsAsync());
    }

    private async Task<int> RunAsync(string location, string scenario, string step, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(CrashScenario).Assembly.Location, "crash", location, scenario })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["DOTNET_TieredPGO"] = "0"; // It does not live long enough to gain by it.
        start.Environment["ORCHESTRATOR_FAILPOINT"] = $"{step}=kill";
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode is 0 or Killed ? process.ExitCode : throw new InvalidOperationException($"{scenario} at '{step}' ended with {process.ExitCode}: {error}");
    }
}
