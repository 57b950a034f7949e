using System.Globalization;
using System.Text;
using Lakehouse.Delta;
using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta;

public sealed class TimeTravelTests : IDisposable
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2024-01-01T12:00:00Z", CultureInfo.InvariantCulture);

    private readonly TempDir _dir = new();
    private readonly DeltaTable _table;

    public TimeTravelTests() => _table = new DeltaTable(new LocalObjectStore(_dir.Root), "t");

    public void Dispose() => _dir.Dispose();

    [Theory]
    [InlineData(0, 0L)]
    [InlineData(59, 0L)]
    [InlineData(60, 1L)]
    [InlineData(119, 2L)] // Version 2 lies before version 1 by its file: it counts as a millisecond after it.
    [InlineData(180, 3L)]
    [InlineData(100_000, 3L)]
    public async Task At_ATime_IsTheNewestVersionOfThen(int seconds, long version)
    {
        Commit(0, null, 0, Protocol);
        Commit(1, null, 60);
        Commit(2, null, 30);
        Commit(3, null, 180);

        Assert.Equal(version, (await _table.AtAsync(Noon.AddSeconds(seconds))).Version);
    }

    [Fact]
    public async Task At_ATimeBeforeTheFirst_SaysWhichIsTheFirst()
    {
        Commit(0, null, 0, Protocol);
        var e = await Assert.ThrowsAsync<LakehouseException>(() => _table.AtAsync(Noon.AddSeconds(-1)));
        Assert.Equal("delta.version", e.Code);
        Assert.Contains("2024-01-01T12:00:00", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 0L)] // Before the commits told their times: by their files.
    [InlineData(60, 1L)]
    [InlineData(1000, 2L)]
    [InlineData(1999, 2L)]
    [InlineData(2000, 3L)]
    public async Task At_InCommitTimes_AreTheCommitsOwn(int seconds, long version)
    {
        Commit(0, null, 0, Protocol);
        Commit(1, null, 60);
        Commit(2, 1000, 5000, Metadata("\"delta.enableInCommitTimestamps\":\"true\",\"delta.inCommitTimestampEnablementVersion\":\"2\",\"delta.inCommitTimestampEnablementTimestamp\":\"1\""));
        Commit(3, 2000, 9000);

        Assert.Equal(version, (await _table.AtAsync(Noon.AddSeconds(seconds))).Version);
        Assert.Equal(
            [Noon.AddSeconds(2000), Noon.AddSeconds(1000), Noon.AddSeconds(60), Noon],
            (await _table.HistoryAsync()).Select(h => h.Timestamp));
        Assert.Equal([3, 2], (await _table.HistoryAsync(2)).Select(h => h.Version));
    }

    private static string Protocol => "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n" + Metadata("");

    private static string Metadata(string settings) =>
        """{"metaData":{"id":"x","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{SETTINGS}}}""".Replace("SETTINGS", settings, StringComparison.Ordinal);

    private void Commit(int version, int? ownSeconds, int fileSeconds, string actions = "")
    {
        var own = ownSeconds is { } s ? $",\"inCommitTimestamp\":{Noon.AddSeconds(s).ToUnixTimeMilliseconds()}" : "";
        var file = _dir.At("t", "_delta_log", $"{version:D20}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"{{\"commitInfo\":{{\"operation\":\"WRITE\"{own}}}}}\n{actions}\n", new UTF8Encoding(false));
        File.SetLastWriteTimeUtc(file, Noon.AddSeconds(fileSeconds).UtcDateTime);
    }
}
