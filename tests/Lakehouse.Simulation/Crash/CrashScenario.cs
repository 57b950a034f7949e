using Lakehouse.Delta.Maintenance;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Simulation.Crash;

/// <summary>A piece of work that is interrupted at some place, and done again afterwards.</summary>
public sealed record CrashScenario(string Name, Func<CrashTable, Task> RunAsync)
{
    /// <summary>Whose work it is; the table knows by it that it was done.</summary>
    public const string Application = "crash-suite";

    private static readonly CrashScenario[] Known =
    [
        Of("append", o => o.AppendAsync("SELECT 100 AS id, 'x' AS k, 1 AS v UNION ALL SELECT 101, 'y', 1")),
        Of("overwrite-partitions", o => o.OverwritePartitionsAsync("SELECT 200 AS id, 'y' AS k, 2 AS v")),
        Of("delete", o => o.DeleteAsync("id IN (1, 6)")),
        Of("update", o => o.UpdateAsync(new Dictionary<string, string> { ["v"] = "v + 1" }, "k = 'x' AND id > 2")),
        Of("merge", o => o.MergeAsync(new MergeRequest { Source = "SELECT * FROM (VALUES (2, 'x', 50), (300, 'z', 51)) v(id, k, v)", Keys = ["id"] })),
        Of("compact", o => o.CompactAsync()),
        Of("sort", o => o.CompactAsync(new CompactRequest { SortBy = ["id"] })),
        Of("add-column", o => o.AddColumnsAsync([new Tables.TableColumn("extra", "VARCHAR")])),
        new("restore", async t =>
        {
            // Going back is the same however often it is done, but not one more version each time.
            if ((await t.Delta.HeadAsync())!.Version == CrashTable.Prepared)
            {
                await t.Delta.RestoreAsync(1);
            }
        }),
        new("vacuum", t => t.Delta.VacuumAsync(new VacuumOptions { Retention = TimeSpan.Zero, AllowShortRetention = true, WriteHistory = false })),
        new("checkpoint", t => t.Delta.WriteCheckpointAsync()),
        new("log-cleanup", async t =>
        {
            await t.Delta.WriteCheckpointAsync();
            await t.Delta.CleanLogAsync(TimeSpan.Zero);
        }),
        new("sweep", t => t.Delta.SweepOrphansAsync()),
    ];

    /// <summary>Whether repeating it makes no second commit.</summary>
    public bool IsOnce => Name is not ("vacuum" or "sweep" or "restore" or "checkpoint" or "log-cleanup");

    /// <summary>Whether versions before the newest may be gone afterwards.</summary>
    public bool EndsHistory => Name is "vacuum" or "log-cleanup";

    public static IReadOnlyList<CrashScenario> All => Known;

    public static CrashScenario Find(string name) => Known.Single(s => s.Name == name);

    private static CrashScenario Of(string name, Func<TableOperations, Task> work) => new(name, async table =>
    {
        await using var operations = table.Open(new TableOperationOptions { Application = Application, Epoch = 1 });
        await work(operations);
    });
}
