using Lakehouse.Raw;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;
using Orchestrator.Pipelines.Tests.Loading;

namespace Orchestrator.Pipelines.Tests.Sources;

/// <summary>What a source says of its files, and what its contract says.</summary>
public sealed class SourceSpecTests
{
    private const string Headers = "      - property: headers";

    [Theory]
    [InlineData(null, null, RawFormat.Csv)]
    [InlineData("jsonl", null, RawFormat.JsonLines)]
    [InlineData("parquet", "parquet", RawFormat.Parquet)]
    [InlineData(null, "ndjson", RawFormat.JsonLines)]
    public void Load_FormatOfSourceOrContract_IsTheTables(string? source, string? contract, RawFormat expected)
    {
        using var folder = Folder(source, contract);

        var dataset = folder.Load().Dataset("bronze.orders");

        Assert.Equal(expected, RawFormats.Of(dataset.Schema));
    }

    [Fact]
    public void Load_AnotherFormat_IsAnotherCode()
    {
        using var csv = Folder(null, null);
        using var said = Folder("csv", null);
        using var lines = Folder("jsonl", null);

        Assert.Equal(csv.Load().Fingerprint, said.Load().Fingerprint);
        Assert.NotEqual(csv.Load().Fingerprint, lines.Load().Fingerprint);
    }

    [Fact]
    public void Load_FormatsThatContradict_NamesBothPlaces()
    {
        using var folder = Folder("csv", "parquet");

        var error = Assert.Single(folder.Errors());

        Assert.Equal((11, "source 'orders' and the contract of 'bronze.orders' say different formats"), (error.Line, error.What));
        Assert.Contains("'parquet', as on line ", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ContractWithAnUnknownFormat_SaysWhichThereAre()
    {
        using var folder = Folder(null, "parqet");

        var error = Assert.Single(folder.Errors());

        Assert.Contains("'format' is none that can be read", error.What, StringComparison.Ordinal);
        Assert.Equal("did you mean 'parquet'?", error.Help);
    }

    [Fact]
    public void Load_JsonLinesWithoutHeaders_TakesTheContractsColumns()
    {
        using var folder = Folder("jsonl", null);
        folder.Edit("contracts/bronze.orders.odcs.yaml", "property: headers", "property: other");

        Assert.Empty(folder.Load().Dataset("bronze.orders").Schema.Headers);
    }

    [Theory]
    [InlineData("s3://in/a/{yyyy}/{MM}-{dd}.csv?region=eu-west-1", "s3://in/a/2024/05-01.csv", "s3://in/a", "2024/05-01.csv", 1)]
    [InlineData("s3://in/{yyyy}-{MM}-{dd}/*.csv", "s3://in/2024-05-01/x y+z.csv", "s3://in", "2024-05-01/x y+z.csv", 1)]
    public void Match_OfAnObject_TellsPartitionAndName(string template, string uri, string folder, string name, int folders)
    {
        var path = PathTemplate.Parse(template, "/data", PartitionUnit.Day);

        Assert.True(path.TryMatch(uri, new PartitionCalendar(PartitionUnit.Day, TimeZoneInfo.Utc), out var partition, out _));
        Assert.Equal(("2024-05-01", folder, name, folders, "in"), (partition.Value, path.Folder, path.NameOf(uri), path.Folders, path.Bucket!.Bucket));
        Assert.DoesNotContain("?", path.Text, StringComparison.Ordinal);
        Assert.False(path.TryMatch(uri.Replace("s3://in/", "s3://other/", StringComparison.Ordinal), new PartitionCalendar(PartitionUnit.Day, TimeZoneInfo.Utc), out _, out _));
    }

    [Theory]
    [InlineData("s3://in/{yyyy}-{MM}-{dd}.csv", "a/b.csv", "s3://in/a/b.csv")]
    [InlineData("s3://in/{yyyy}-{MM}-{dd}.csv", "s3://in/b.csv", "s3://in/b.csv")]
    [InlineData("in/{yyyy}-{MM}-{dd}.csv", "in/b.csv", "/data/in/b.csv")]
    [InlineData("in/{yyyy}-{MM}-{dd}.csv", "file:///x/b%20c.csv", "/x/b c.csv")]
    public void Absolute_OfANotice_IsTheAddressInTheSourcesStore(string template, string named, string expected) =>
        Assert.Equal(expected, PathTemplate.Parse(template, "/data", PartitionUnit.Day).Absolute(named, "/data"));

    private static PipelineFolder Folder(string? source, string? contract)
    {
        var folder = new PipelineFolder();
        if (source is not null)
        {
            folder.Edit("pipeline.yaml", "    path: in/{yyyy}-{MM}-{dd}.csv\n", $"    path: in/{{yyyy}}-{{MM}}-{{dd}}.csv\n    format: {source}\n");
        }

        if (contract is not null)
        {
            folder.Edit("contracts/bronze.orders.odcs.yaml", Headers, $"      - property: format\n        value: {contract}\n{Headers}");
        }

        return folder;
    }
}
