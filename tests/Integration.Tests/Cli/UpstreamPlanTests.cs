using Integration.Tests.Runs;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>A pipeline that reads a table of another one: a partition is planned when what it read has changed, and only then.</summary>
public sealed class UpstreamPlanTests
{
    [Fact]
    public async Task Plan_OfAnUpstreamTableThatMoved_NamesThePartitionsThatReadWhatChanged()
    {
        using var folder = new TempDir();
        Write(folder, "up", "", "gold.up_days", "SELECT day, CAST(count(*) AS BIGINT) AS n FROM bronze.up_raw GROUP BY day");
        Write(folder, "down", "inputs:\n  gold.up_days: {pipeline: up}\n", "gold.down_days", "SELECT b.day, CAST(sum(u.n) AS BIGINT) AS n FROM bronze.down_raw b JOIN gold.up_days u ON u.day = b.day GROUP BY b.day");
        var spec = PipelineLoader.Load(folder.At("pipelines", "down"));
        var lake = new LakeRoot(folder.At("lake"));
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        using var files = lake.Tables.OpenFiles();
        await using var table = new TableOperations(lake.Tables.Table("gold.up_days"), connection, files);
        await table.CreateIfAbsentAsync([new TableColumn("day", "DATE"), new TableColumn("n", "BIGINT")], ["day"]);
        await table.AppendAsync("SELECT * FROM (VALUES (DATE '2026-01-05', 1::BIGINT), (DATE '2026-01-06', 1::BIGINT), (DATE '2026-01-07', 1::BIGINT)) v(day, n)");
        var states = (await new PartitionPlanner(spec, lake).StatesAsync(CancellationToken.None)).States;
        foreach (var state in states)
        {
            await lake.WriteLedgerAsync(Entry(spec, state), CancellationToken.None);
        }

        Assert.Empty((await PlanAsync(spec, lake)).Runs);
        await table.DeleteAsync("day = DATE '2026-01-06'");

        var run = Assert.Single((await PlanAsync(spec, lake)).Runs);

        Assert.Equal("2026-01-06", run.Partition);
        var reason = Assert.Single(run.Reasons);
        Assert.Equal((RunReasonKind.UpstreamNewer, "gold.up_days", "changed partition 2026-01-06 at version 2, read at 1"), (reason.Kind, reason.Subject, reason.Detail));
        await table.AppendAsync("SELECT DATE '2026-02-01' AS day, 1::BIGINT AS n");
        Assert.Single((await PlanAsync(spec, lake)).Runs);
    }

    [Theory]
    [InlineData("  silver.newest: {pipeline: sizes, dataset: silver.sizes, partitions: latest}", "  silver.own: {pipeline: sizes, dataset: silver.sizes}")]
    [InlineData("  silver.own: {pipeline: sizes, dataset: silver.sizes}", "  silver.newest: {pipeline: sizes, dataset: silver.sizes, partitions: latest}")]
    public async Task Plan_OfATableThatIsReadAsItsNewestPartitionAndByPartitions_IsOldWhenANewerOneComesAndNotBefore(string first, string second)
    {
        using var workspace = new SmallWorkspace();
        workspace.Pipeline("sizes", "id", "silver.sizes: {key: [id]}");
        workspace.Edit("pipelines/sizes/pipeline.yaml", "unit: day, column: day, start: 2024-05-01", "unit: list, column: day, values: [small, medium, large]");
        workspace.Edit("pipelines/sizes/pipeline.yaml", "{yyyy}-{MM}-{dd}.csv", "{partition}.csv");
        workspace.Edit("pipelines/sizes/contracts/bronze.sizes.odcs.yaml", "logicalType: date, physicalType: DATE", "logicalType: string, physicalType: VARCHAR");
        workspace.Contract("sizes", "silver.sizes", "id VARCHAR, day VARCHAR");
        workspace.Model("sizes", "silver.sizes", "SELECT id, day FROM bronze.sizes WHERE day = $partition");
        workspace.Write("pipelines/both/pipeline.yaml", $$"""
            name: both
            owner: data
            partitioning: {unit: list, column: part, values: [small, medium, large]}
            inputs:
            {{first}}
            {{second}}
            datasets:
              gold.both: {key: [part]}
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        workspace.Contract("both", "gold.both", "newest VARCHAR, part VARCHAR");
        workspace.Model("both", "gold.both", "SELECT max(n.day) AS newest, $partition AS part FROM silver.own, silver.newest AS n");
        var spec = PipelineLoader.Load(workspace.At("pipelines/both"));
        var lake = new LakeRoot(workspace.Lake);
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        using var files = lake.Tables.OpenFiles();
        await using var table = new TableOperations(lake.Tables.Table("silver.sizes"), connection, files);
        await table.CreateIfAbsentAsync([new TableColumn("id", "VARCHAR"), new TableColumn("day", "VARCHAR")], ["day"]);
        await table.AppendAsync("SELECT * FROM (VALUES ('1', 'small'), ('2', 'medium')) v(id, day)");
        foreach (var state in (await new PartitionPlanner(spec, lake).StatesAsync(CancellationToken.None)).States.Where(s => s.Partition.Value != "large"))
        {
            await lake.WriteLedgerAsync(
                Entry(spec, state) with { Reads = [new PinnedTable("silver.sizes", 1, state.Partition.Value, state.Partition.Value), new PinnedTable("silver.sizes", 1, "medium", "medium")] },
                CancellationToken.None);
        }

        Assert.DoesNotContain((await PlanAsync(spec, lake)).Runs, r => r.Partition != "large");
        await table.AppendAsync("SELECT '3' AS id, 'large' AS day");

        var stale = (await PlanAsync(spec, lake)).Runs.Where(r => r.Partition != "large").ToArray();

        Assert.Equal(["small", "medium"], stale.Select(r => r.Partition));
        Assert.Equal("upstream newer: silver.sizes newest partition is large now, small and medium were read", Assert.Single(stale[0].Reasons).ToString());
        await table.AppendAsync("SELECT '4' AS id, 'none' AS day");
        foreach (var state in (await new PartitionPlanner(spec, lake).StatesAsync(CancellationToken.None)).States)
        {
            await lake.WriteLedgerAsync(
                Entry(spec, state) with { RunId = "again", Reads = [new PinnedTable("silver.sizes", 2, state.Partition.Value, state.Partition.Value), new PinnedTable("silver.sizes", 2, "large", "large")] },
                CancellationToken.None);
        }

        Assert.Empty((await PlanAsync(spec, lake)).Runs);
    }

    [Fact]
    public async Task Plan_WithoutTheCompactCopyOrWithADamagedOne_IsTheSame()
    {
        using var folder = new TempDir();
        Write(folder, "up", "", "gold.up_days", "SELECT day, CAST(count(*) AS BIGINT) AS n FROM bronze.up_raw GROUP BY day");
        var spec = PipelineLoader.Load(folder.At("pipelines", "up"));
        var lake = new LakeRoot(folder.At("lake"));
        foreach (var state in (await new PartitionPlanner(spec, lake).StatesAsync(CancellationToken.None)).States.Skip(1))
        {
            await lake.WriteLedgerAsync(Entry(spec, state), CancellationToken.None);
        }

        var first = await PlanAsync(spec, lake);
        Assert.Equal(["2026-01-05"], first.Runs.Select(r => r.Partition));
        Assert.Equal(first.Hash, (await PlanAsync(spec, lake)).Hash);
        var copy = folder.At("lake", "_plan", "up", "ledger.index");
        var bytes = await File.ReadAllBytesAsync(copy);
        bytes[^3] ^= 1;
        await File.WriteAllBytesAsync(copy, bytes);
        Assert.Equal(first.Hash, (await PlanAsync(spec, lake)).Hash);
        File.Delete(copy);
        Assert.Equal(first.Hash, (await PlanAsync(spec, lake)).Hash);
    }

    private static Task<PipelinePlan> PlanAsync(PipelineSpec spec, LakeRoot lake) => new PipelinePlanner(spec, lake).PlanAsync(PlanSelection.All);

    private static LedgerEntry Entry(PipelineSpec spec, PartitionState state) => new()
    {
        Result = new RunResult { Request = new RunRequest(spec.Name, state.Partition.Value), Status = RunStatus.Published },
        RunId = "run-" + state.Partition.Value,
        InputFingerprint = state.InputFingerprint,
        CodeFingerprint = CodeSnapshots.FingerprintOf(spec),
        Inputs = state.Inputs,
        Reads = [new PinnedTable("gold.up_days", 1, state.Partition.Value, state.Partition.Value)],
        StartedAt = new DateTimeOffset(2026, 1, 8, 0, 0, 0, TimeSpan.Zero),
        EndedAt = new DateTimeOffset(2026, 1, 8, 0, 0, 1, TimeSpan.Zero),
    };

    private static void Write(TempDir folder, string name, string inputs, string gold, string sql)
    {
        var to = folder.At("pipelines", name);
        foreach (var part in new[] { "models", "contracts", "sample" })
        {
            Directory.CreateDirectory(Path.Combine(to, part));
        }

        File.WriteAllText(Path.Combine(to, "pipeline.yaml"), $$"""
            name: {{name}}
            owner: test
            partitioning: {unit: day, column: day}
            {{inputs}}
            sources:
              files: {path: "sample/{yyyy}-{MM}-{dd}.csv"}
            datasets:
              bronze.{{name}}_raw: {source: files, key: [_source_uri, _source_row]}
              {{gold}}: {model: models/{{gold}}.sql, key: [day]}
            limits: {run_timeout: 30m, step_timeout: 10m, memory: 256MB, spill: 1GB, input_bytes: 1MB}
            """);
        File.WriteAllText(Path.Combine(to, "models", gold + ".sql"), sql);
        File.WriteAllText(Path.Combine(to, "contracts", $"bronze.{name}_raw.odcs.yaml"), Contract($"{name}_raw", """
                  - {name: value, logicalType: string, physicalType: VARCHAR, classification: public}
                  - {name: day, logicalType: date, physicalType: DATE, required: true, partitioned: true}
                  - {name: _source_uri, logicalType: string, physicalType: VARCHAR, required: true}
                  - {name: _source_row, logicalType: integer, physicalType: BIGINT, required: true}
                  - {name: _source_line, logicalType: integer, physicalType: BIGINT, required: true}
                  - {name: _arrived_at, logicalType: timestamp, physicalType: TIMESTAMPTZ, required: true}
                  - {name: _file_hash, logicalType: string, physicalType: VARCHAR, required: true}
                  - {name: _header, logicalType: string, physicalType: VARCHAR, required: true}
                customProperties:
                  - {property: headers, value: [{name: "1", columns: [{name: value, header: value}]}]}
            """));
        File.WriteAllText(Path.Combine(to, "contracts", gold + ".odcs.yaml"), Contract(gold.Split('.')[1], """
                  - {name: day, logicalType: date, physicalType: DATE, required: true, primaryKey: true, partitioned: true}
                  - {name: n, logicalType: integer, physicalType: BIGINT}
            """));
        foreach (var day in new[] { "2026-01-05", "2026-01-06", "2026-01-07" })
        {
            File.WriteAllText(Path.Combine(to, "sample", day + ".csv"), "value\n1\n");
        }
    }

    private static string Contract(string table, string rest) => $"""
        apiVersion: v3.1.0
        kind: DataContract
        id: test.{table}
        name: {table}
        version: 1.0.0
        status: active
        schema:
          - name: {table}
            physicalType: table
            properties:
        {rest}
        """;
}
