using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Lakehouse.ObjectStores;
using Lakehouse.Simulation.Crash;
using Lakehouse.Tables;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>What must hold after a process died in the middle of a piece of work, whatever the place.</summary>
internal static class CrashCheck
{
    /// <summary>Reads the table as it was left, does the work again, sweeps, and looks at it all.</summary>
    /// <param name="scenario">The work.</param>
    /// <param name="store">The store the dead process left.</param>
    /// <param name="cache">Makes a cache for a store that is no folder.</param>
    /// <param name="before">Rows before the work.</param>
    /// <param name="after">Rows after it.</param>
    public static async Task HoldsAsync(CrashScenario scenario, IObjectStore store, Func<FileCache?> cache, string[] before, string[] after)
    {
        using (var left = new CrashTable(store, cache()))
        {
            var rows = await left.RowsAsync();
            var isThere = await CommitsOfWorkAsync(left.Delta) == 1;
            Assert.Equal(scenario.IsOnce ? isThere ? after : before : rows.SequenceEqual(before) ? before : after, rows);
            await scenario.RunAsync(left);
            Assert.Equal(after, await left.RowsAsync());
            if (scenario.IsOnce)
            {
                Assert.Equal(1, await CommitsOfWorkAsync(left.Delta));
            }
        }

        // Three hours later the leases of the dead have run out.
        var later = new DeltaTable(store, CrashTable.Folder, new ManualTime(DateTimeOffset.UtcNow.AddHours(3)), new CheckpointReader(store, cache()));
        await later.SweepOrphansAsync();
        using var table = new CrashTable(store, cache());
        Assert.Equal(after, await table.RowsAsync());
        var head = (await table.Delta.HeadAsync())!;
        var commits = scenario.Name == "log-cleanup" ? [] : await table.Delta.CommitsAsync(-1, head.Version);
        var named = commits.SelectMany(c => c.Actions).OfType<AddFile>().Concat(head.Files.Values).Select(a => $"{CrashTable.Folder}/{a.DecodedPath}").ToHashSet(StringComparer.Ordinal);
        var lying = (await store.ListAsync(CrashTable.Folder + "/")).Select(o => o.Path).Where(p => p.EndsWith(".zstd.parquet", StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(lying, p => !named.Contains(p) && scenario.Name != "log-cleanup");
        Assert.Empty(head.Files.Values.Select(f => $"{CrashTable.Folder}/{f.DecodedPath}").Except(lying, StringComparer.Ordinal));

        // Versions that no vacuum was allowed to touch have all their files.
        for (var version = scenario.EndsHistory ? head.Version : 0; version <= head.Version; version++)
        {
            Assert.Empty((await table.Delta.AtAsync(version)).Files.Values.Select(f => $"{CrashTable.Folder}/{f.DecodedPath}").Except(lying, StringComparer.Ordinal));
        }
    }

    private static async Task<int> CommitsOfWorkAsync(DeltaTable table) =>
        (await table.CommitsAsync(CrashTable.Prepared, (await table.HeadAsync())!.Version)).Count(c => c.Actions.OfType<TransactionAction>().Any(t => t.AppId == CrashScenario.Application));
}
