using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Sources;

public sealed class DiscoveryTests
{
    [Fact]
    public async Task Discover_Days_GivesPartitionsInOrderAndSaysWhatItIgnores()
    {
        using var dir = new TempDir();
        Touch(dir, "03-16-2020.csv", "12-31-2019.csv", "03-15-2020.csv", "13-40-2020.csv", "3-17-2020.csv", "readme.txt", "03-15-2020.csv.part");

        var found = await DiscoverAsync(dir, "{MM}-{dd}-{yyyy}.csv", PartitionUnit.Day, start: "2020-01-01");

        Assert.Equal(["2020-03-15", "2020-03-16"], found.Partitions.Select(p => p.Partition.Value));
        Assert.Equal([dir.At("03-15-2020.csv")], found.Partitions[0].Files.Select(f => f.Uri));
        Assert.Equal(
            [
                ("03-15-2020.csv.part", "its name does not match '{MM}-{dd}-{yyyy}.csv'"),
                ("12-31-2019.csv", "partition '2019-12-31' lies outside the pipeline's start '2020-01-01' and end ''"),
                ("13-40-2020.csv", "its name holds no date that exists"),
                ("3-17-2020.csv", "its name does not match '{MM}-{dd}-{yyyy}.csv'"),
                ("readme.txt", "its name does not match '{MM}-{dd}-{yyyy}.csv'"),
            ],
            found.Ignored.Select(i => (Path.GetFileName(i.Path), i.Reason)));
    }

    [Fact]
    public async Task Discover_FoldersAndWildcards_GroupsTheFilesOfAPartition()
    {
        using var dir = new TempDir();
        Touch(dir, "2020/03/15/b.csv", "2020/03/15/a.csv", "2020/03/16/a.csv", "2020/03/16/deeper/a.csv", "2020/a.csv");

        var found = await DiscoverAsync(dir, "{yyyy}/{MM}/{dd}/*.csv", PartitionUnit.Day);

        Assert.Equal([dir.At("2020", "03", "15", "a.csv"), dir.At("2020", "03", "15", "b.csv")], found.Partitions[0].Files.Select(f => f.Uri));
        Assert.Equal(["2020-03-15", "2020-03-16"], found.Partitions.Select(p => p.Partition.Value));
        Assert.Equal(2, found.Ignored.Count);
    }

    [Fact]
    public async Task Discover_WithLinksInCircles_ComesToAnEnd()
    {
        using var dir = new TempDir();
        Touch(dir, "2020/03-15.csv");
        File.CreateSymbolicLink(dir.At("2020", "again"), dir.Root);

        var found = await DiscoverAsync(dir, "{yyyy}/{MM}-{dd}.csv", PartitionUnit.Day);

        Assert.Equal([dir.At("2020", "03-15.csv")], Assert.Single(found.Partitions).Files.Select(f => f.Uri));
    }

    [Fact]
    public async Task Discover_DayFilesOfAMonth_BelongToTheirMonth()
    {
        using var dir = new TempDir();
        Touch(dir, "2020-03-01.csv", "2020-03-31.csv", "2020-04-01.csv");

        var found = await DiscoverAsync(dir, "{yyyy}-{MM}-{dd}.csv", PartitionUnit.Month);

        Assert.Equal([("2020-03", 2), ("2020-04", 1)], found.Partitions.Select(p => (p.Partition.Value, p.Files.Count)));
    }

    [Fact]
    public async Task Discover_RepeatedHole_HasToAgree()
    {
        using var dir = new TempDir();
        Touch(dir, "2020/2020-03-01.csv", "2020/2021-03-01.csv");

        var found = await DiscoverAsync(dir, "{yyyy}/{yyyy}-{MM}-{dd}.csv", PartitionUnit.Day);

        Assert.Equal("2020-03-01", Assert.Single(found.Partitions).Partition.Value);
        Assert.Single(found.Ignored);
    }

    [Fact]
    public async Task Discover_List_KnowsItsValuesOnly()
    {
        using var dir = new TempDir();
        Touch(dir, "north.csv", "south.csv");
        var partitioning = new Partitioning { Calendar = new PartitionCalendar(PartitionUnit.List, TimeZoneInfo.Utc, ["north"]), Column = "region", TimeZone = "UTC" };

        var found = await Source(dir, "{partition}.csv", PartitionUnit.List).DiscoverAsync(partitioning);

        Assert.Equal("north", Assert.Single(found.Partitions).Partition.Value);
        Assert.Equal("partition 'south' is not in the pipeline's list", Assert.Single(found.Ignored).Reason);
    }

    [Fact]
    public async Task Discover_WithoutFolder_NamesSourceAndFolder()
    {
        using var dir = new TempDir();

        var failure = await Assert.ThrowsAsync<DirectoryNotFoundException>(() => DiscoverAsync(dir, "none/{yyyy}-{MM}-{dd}.csv", PartitionUnit.Day));

        Assert.Contains($"Source 'files' has no folder '{dir.At("none")}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{yyyy}.csv", PartitionUnit.Day, "{MM}, {dd} missing")]
    [InlineData("{year}-{MM}-{dd}.csv", PartitionUnit.Day, "'{year}' is not a hole")]
    [InlineData("{yyyy}-{MM}-{dd}}.csv", PartitionUnit.Day, "stands alone")]
    [InlineData("{yyyy}-{MM}-{dd}.csv", PartitionUnit.List, "'{yyyy}' is not a hole")]
    [InlineData("ftp://host/{yyyy}-{MM}-{dd}.csv", PartitionUnit.Day, "'ftp' is no store that files are read from")]
    [InlineData("s3://bucket//{yyyy}-{MM}-{dd}.csv", PartitionUnit.Day, "its parts neither empty")]
    [InlineData("s3://{partition}/a.csv", PartitionUnit.File, "no hole in the bucket's name")]
    [InlineData("s3://bucket/{yyyy}-{MM}-{dd}.csv?secret=x", PartitionUnit.Day, "'secret' is none of its parameters")]
    public void Parse_OfATemplateThatTellsNoPartition_SaysWhatIsMissing(string template, PartitionUnit unit, string expected)
    {
        var failure = Assert.Throws<FormatException>(() => PathTemplate.Parse(template, "/data", unit));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static Task<SourceDiscovery> DiscoverAsync(TempDir dir, string template, PartitionUnit unit, string? start = null)
    {
        var calendar = new PartitionCalendar(unit, TimeZoneInfo.Utc);
        return Source(dir, template, unit).DiscoverAsync(new Partitioning { Calendar = calendar, Column = "d", TimeZone = "UTC", Start = start is null ? null : calendar.Parse(start) });
    }

    private static SourceSpec Source(TempDir dir, string template, PartitionUnit unit) => new() { Name = "files", Path = PathTemplate.Parse(template, dir.Root, unit) };

    private static void Touch(TempDir dir, params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(dir.At(file))!);
            File.WriteAllText(dir.At(file), "");
        }
    }
}
