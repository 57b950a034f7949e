using System.Text.Json;
using Integration.Tests.Runs;

namespace Integration.Tests.Kills;

/// <summary>Work of one kind of workflow on a small pipeline: what is there before, the command that is disturbed, and where.</summary>
/// <param name="Workflow">The workflow's type.</param>
/// <param name="Command">The command that is disturbed, for it to end well all the same.</param>
/// <param name="Points">Fail points of its steps.</param>
/// <param name="PrepareAsync">What is done before, undisturbed.</param>
internal sealed record KillJob(string Workflow, string[] Command, string[] Points, Func<SmallWorkspace, Task> PrepareAsync)
{
    private const string Pipeline = "shop";

    private static readonly Dictionary<string, string> Tables = new(StringComparer.Ordinal)
    {
        ["bronze.shop"] = "id, amount, day, _source_row",
        ["silver.sales"] = "id, amount, day",
        ["silver.seen"] = "id, day, valid_from, valid_to",
        ["gold.sums"] = "total, day",
        ["_quarantine.silver_sales"] = "\"rule\", \"partition\", source_row",
    };

    public static IReadOnlyList<KillJob> All { get; } =
    [
        new(
            "PipelineRun",
            ["run", "pipelines/shop", "--parallel", "1"],
            [.. Ends("PlanRun", "LandBronze", "LoadBronze", "Transform", "Publish", "RecordRun"), "publish.before-commit", "publish.after-commit"],
            _ => Task.CompletedTask),
        new(
            "Backfill",
            ["backfill", "submit", Pipeline, "--name", "all", "--yes", "--wait"],
            [.. Ends("PlanBackfill", "ReadBackfillPlan", "RecordBackfill"), "Transform.end", "Publish.end"],
            _ => Task.CompletedTask),
        new(
            "PartitionWindow",
            ["window", "feed", "pipelines/shop", "--wait"],
            [.. Ends("OpenWindow", "SurveyWindow", "RecordWindow"), "Transform.end", "Publish.end"],
            _ => Task.CompletedTask),
        new(
            "Redrive",
            ["quarantine", "redrive", Pipeline],
            [.. Ends("PlanRedrive", "CompareRedrive"), "LoadBronze.end", "Publish.begin", "Publish.end"],
            async workspace =>
            {
                Sales(workspace, 100);
                await workspace.RunAsync(Pipeline);
                Sales(workspace, 0);
            }),
        new(
            "Maintain",
            ["maintain", Pipeline, "--yes"],
            [.. Ends("PlanMaintenance", "MaintainTable"), "compact.after-bin", "maintain.after-compact-commit"],
            async workspace =>
            {
                // Each run leaves another small file with the keys that came.
                for (var rows = 2; rows <= 4; rows++)
                {
                    workspace.Day(Pipeline, 1, "id,amount\n" + string.Join('\n', Enumerable.Range(1, rows).Select(i => $"{i},{i}00")));
                    await workspace.RunAsync(Pipeline);
                }
            }),
        new(
            "Rollback",
            ["rollback", "pipelines/shop", "2024-05-03", "--reason", "half a file", "--yes"],
            [.. Ends("PlanRollback", "RestoreTable", "RecordRun"), "rollback.before-commit", "rollback.after-commit"],
            async workspace =>
            {
                await workspace.RunAsync(Pipeline);
                workspace.Day(Pipeline, 3, "id,amount\n6,400\n8,-2");
                await workspace.RunAsync(Pipeline);
            }),
    ];

    /// <summary>A folder in which it can be done.</summary>
    public static SmallWorkspace Workspace()
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline(
            Pipeline,
            "id, amount",
            "silver.sales: {model: models/silver.sales.sql, key: [id]}\nsilver.seen: {model: models/silver.seen.sql, key: [id], merge: scd2, sequence_by: day, history: {valid_from: valid_from, valid_to: valid_to}}\n"
            + "gold.sums: {model: models/gold.sums.sql, key: [day], reads: {silver.sales: {lookback: 1}}}",
            "maintain: {compact_after_files: 2}\nlateness: {dataset: silver.sales, watermark: day, allowed: 1d, seal_after: 2d, quiet: 1s}");
        Sales(workspace, 0);
        workspace.Contract(Pipeline, "silver.seen", "id BIGINT, day DATE, valid_from DATE, valid_to DATE");
        workspace.Contract(Pipeline, "gold.sums", "total BIGINT, day DATE");
        workspace.Model(Pipeline, "silver.sales", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Model(Pipeline, "silver.seen", "SELECT DISTINCT CAST(id AS BIGINT) AS id, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Model(Pipeline, "gold.sums", "SELECT CAST(sum(amount) AS BIGINT) AS total, $partition_date AS day FROM silver.sales");
        workspace.Day(Pipeline, 1, "id,amount\n1,100\n2,50\n3,-5");
        workspace.Day(Pipeline, 2, "id,amount\n4,200\n5,20");
        workspace.Day(Pipeline, 3, "id,amount\n6,300\n7,-1");
        return workspace;
    }

    /// <summary>The rows of every table, and of what is kept aside; by one call, as a case is mostly starts of processes.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> RowsAsync(SmallWorkspace workspace)
    {
        var selects = Tables.Select(t => $"select '{t.Key}' as name, concat_ws('|', {string.Join(", ", t.Value.Split(", ").Select(c => $"coalesce(cast({c} as varchar), '-')"))}) as r from {t.Key}");
        var result = (await workspace.CallAsync("query", string.Join(" union all ", selects) + " order by name, r", "--json")).ShouldSucceed().Output;
        var rows = Tables.Keys.ToDictionary(t => t, _ => new List<string>());
        foreach (var row in JsonDocument.Parse(result).RootElement.GetProperty("rows").EnumerateArray())
        {
            rows[row[0].GetString()!].Add(row[1].GetString()!);
        }

        return rows.ToDictionary(r => r.Key, r => string.Join('\n', r.Value));
    }

    private static void Sales(SmallWorkspace workspace, int least) =>
        workspace.Contract(Pipeline, "silver.sales", $"id BIGINT, amount BIGINT,logicalTypeOptions: {{minimum: {least}}}, day DATE");

    private static IEnumerable<string> Ends(params string[] activities) => activities.SelectMany(a => new[] { a + ".begin", a + ".end" });
}
