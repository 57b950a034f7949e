using Lakehouse.Quality;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Pipelines.Tests.Loading;

public sealed class PipelineLoaderTests
{
    [Fact]
    public void Load_ASoundFolder_GivesEveryPartWithItsDefaults()
    {
        using var folder = new PipelineFolder();

        var spec = folder.Load();

        Assert.Equal(("shop", "sales-data", folder.Root, 1), (spec.Name, spec.Owner, spec.Folder, spec.Concurrency));
        Assert.Equal((PartitionUnit.Day, "day", "Europe/Berlin", "2024-01-01"), (spec.Partitioning.Unit, spec.Partitioning.Column, spec.Partitioning.TimeZone, spec.Partitioning.Start!.Value.Value));
        Assert.Equal(new Limits { RunTimeout = TimeSpan.FromMinutes(90), MemoryBytes = 256_000_000, SpillBytes = 1L << 30, InputBytes = 1_500_000_000 }, spec.Limits);
        Assert.Equal(folder.At("in") + "/{yyyy}-{MM}-{dd}.csv", spec.Sources["orders"].Path.Text);
        Assert.Equal([("bronze.orders", 0), ("silver.orders", 1), ("gold.totals", 2)], spec.Datasets.Select(d => (d.Name, d.Level)));
        var silver = spec.Dataset("silver.orders");
        Assert.Equal((MergeStrategy.Replace, RowPolicy.Conserve, "orders", "day", DatasetLayer.Silver), (silver.Merge, silver.Rows, silver.Table, silver.PartitionColumn, silver.Layer));
        Assert.Equal([new SortColumn("amount", Descending: true, NullsLast: false), new SortColumn("id")], silver.Deduplicate!.OrderBy);
        Assert.EndsWith("WHERE day = $partition_date\n", silver.Model!.Sql, StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, int> { ["silver.orders"] = 2 }, spec.Dataset("gold.totals").Reads);
        Assert.Equal(RowPolicy.Conserve, spec.Dataset("bronze.orders").Rows);
        Assert.Contains("'gold.totals'", Assert.Throws<ArgumentException>(() => spec.Dataset("gold.total")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAnotherSourcePath_TakesIt()
    {
        using var folder = new PipelineFolder();

        var spec = folder.Load(new PipelineOverrides { SourcePaths = new Dictionary<string, string> { ["orders"] = "/data/{yyyy}{MM}{dd}.csv" } });

        Assert.Equal("/data/{yyyy}{MM}{dd}.csv", spec.Sources["orders"].Path.Text);
    }

    [Fact]
    public void Load_WithAPathForAnUnknownSource_NamesTheKnownOne()
    {
        using var folder = new PipelineFolder();

        var error = Assert.Single(folder.Errors(new PipelineOverrides { SourcePaths = new Dictionary<string, string> { ["order"] = "/data/{yyyy}{MM}{dd}.csv" } }));

        Assert.Equal("did you mean 'orders'?", error.Help);
    }

    [Fact]
    public void Load_OfNoPipeline_SaysSo()
    {
        using var folder = new PipelineFolder();

        Assert.Contains("there is no such folder", Refused(folder.At("nowhere")).Message, StringComparison.Ordinal);
        Assert.Contains("it has no pipeline.yaml", Refused(folder.At("models")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfSeveralFaults_ReportsThemAllInOneMessage()
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "owner: sales-data\n", "onwer: sales-data\n");
        folder.Edit("pipeline.yaml", "  memory: 256MB\n", "");
        folder.Edit("models/gold.totals.sql", "FROM silver.orders", "FROM silver.order");
        File.Delete(folder.At("contracts/bronze.orders.odcs.yaml"));

        var failure = Refused(folder.Root);

        Assert.Contains("has 5 errors", failure.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["pipeline.yaml:1", "pipeline.yaml:2", "pipeline.yaml:12", "pipeline.yaml:24", "gold.totals.sql:1"],
            failure.Errors.Select(e => $"{Path.GetFileName(e.File)}:{e.Line}"));
    }

    [Theory]
    [InlineData("models/silver.orders.sql", "-- typed\n", "/* other words */\n", false)]
    [InlineData("models/silver.orders.sql", "SELECT CAST(id", "select\n  cast( id", false)]
    [InlineData("models/silver.orders.sql", "CAST(amount AS DOUBLE)", "CAST(amount AS DOUBLE) + 1", true)]
    [InlineData("pipeline.yaml", "memory: 256MB", "memory: 512MB", false)]
    [InlineData("pipeline.yaml", "owner: sales-data", "owner: others", false)]
    [InlineData("pipeline.yaml", "path: in/", "path: elsewhere/", false)]
    [InlineData("pipeline.yaml", "rule: newest", "rule: latest", true)]
    [InlineData("pipeline.yaml", "key: [id]", "key: [id, day]", true)]
    [InlineData("pipeline.yaml", "Europe/Berlin", "Europe/Paris", true)]
    [InlineData("contracts/silver.orders.odcs.yaml", "version: 1.0.0", "version: 1.0.1", false)]
    [InlineData("contracts/silver.orders.odcs.yaml", "name: amount\n", "name: amount\n        description: what it cost\n", false)]
    [InlineData("contracts/silver.orders.odcs.yaml", "name: amount\n", "name: amount\n        required: true\n", true)]
    public void Fingerprint_ChangesWithWhatDecidesTheRows_AndWithNothingElse(string file, string old, string @new, bool changes)
    {
        using var folder = new PipelineFolder();
        var before = folder.Load().Dataset("silver.orders").Fingerprint;

        folder.Edit(file, old, @new);

        var after = folder.Load().Dataset("silver.orders").Fingerprint;
        Assert.Equal(changes, before != after);
        Assert.Matches("^[0-9a-f]{64}$", after);
    }

    [Theory]
    [InlineData("models/silver.orders.sql", "CAST(amount AS DOUBLE)", "CAST(amount AS DOUBLE) + 1", "model")]
    [InlineData("pipeline.yaml", "rule: newest", "rule: latest", "settings")]
    [InlineData("contracts/silver.orders.odcs.yaml", "name: amount\n", "name: amount\n        required: true\n", "contract")]
    public void FingerprintParts_TellWhichPartChanged(string file, string old, string @new, string part)
    {
        using var folder = new PipelineFolder();
        var before = folder.Load().Dataset("silver.orders").FingerprintParts;

        folder.Edit(file, old, @new);

        var after = folder.Load().Dataset("silver.orders").FingerprintParts;
        Assert.Equal((part == "model", part == "contract", part == "settings"), (before.Model != after.Model, before.Contract != after.Contract, before.Settings != after.Settings));
    }

    private static PipelineValidationException Refused(string folder) => Assert.Throws<PipelineValidationException>(() => PipelineLoader.Load(folder));
}
