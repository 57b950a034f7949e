using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Lakehouse.Delta.Transactions;
using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta.Transactions;

/// <summary>Once a table has in-commit timestamps, every commit has one, first of all its fields and later than the one before, whichever way it is made.</summary>
public sealed class InCommitTimestampTests
{
    private static readonly Dictionary<string, string> On = new() { ["delta.enableInCommitTimestamps"] = "true" };

    private readonly MemoryObjectStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Commit_ByEveryWay_HasItsTime()
    {
        var table = new DeltaTable(_store, "t", _time);
        var head = await CreateAsync(table, On);
        Assert.Contains("inCommitTimestamp", head.Protocol.WriterFeatures);
        await AppendAsync(table, "a");
        _time.Set(TimeSpan.FromDays(-1));
        await RequestAsync(table, "b");
        await AppendAsync(table, "c");
        await table.RestoreAsync(1);
        await RequestAsync(table, "d");
        await CheckAsync(table, 0, 5);
    }

    [Fact]
    public async Task Commit_OfWritersAtOnce_HasGrowingTimes()
    {
        var table = new DeltaTable(_store, "t", _time);
        await CreateAsync(table, On);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => i % 4 == 0 ? RequestAsync(table, $"{i}") : AppendAsync(table, $"{i}"))));
        await CheckAsync(table, 0, 20);
    }

    [Fact]
    public async Task Commit_ThatSwitchesThemOn_TellsSinceWhen()
    {
        var table = new DeltaTable(_store, "t", _time);
        var head = await CreateAsync(table, []);
        await AppendAsync(table, "a");
        await table.TransactAsync((transaction, _) =>
        {
            transaction.Add(new ProtocolAction(1, 7, [], ["inCommitTimestamp"]));
            transaction.Add(head.Metadata with { Configuration = On });
            return Task.FromResult<CommitDescription?>(new CommitDescription { Operation = "SET TBLPROPERTIES" });
        });
        await RequestAsync(table, "b");
        await CheckAsync(table, 2, 3);
        var settings = (await table.HeadAsync())!.Metadata.Configuration;
        Assert.Equal("2", settings["delta.inCommitTimestampEnablementVersion"]);
        Assert.Equal((await table.CommitsAsync(1, 2))[0].InCommitTimestamp!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), settings["delta.inCommitTimestampEnablementTimestamp"]);
        Assert.Null((await table.CommitsAsync(0, 1))[0].InCommitTimestamp);
    }

    [Fact]
    public async Task Copy_OfATableThatGotThemLater_HasThemFromTheBeginning()
    {
        var table = new DeltaTable(_store, "t", _time);
        await CreateAsync(table, new Dictionary<string, string>(On) { ["delta.inCommitTimestampEnablementVersion"] = "3", ["delta.inCommitTimestampEnablementTimestamp"] = "1" });
        var copy = new DeltaTable(_store, "copy", _time);
        await table.CopyAsync(copy);
        await AppendAsync(copy, "a");
        await CheckAsync(copy, 0, 1);
        Assert.Equal(On, (await copy.HeadAsync())!.Metadata.Configuration);
    }

    private static Task<DeltaSnapshot> CreateAsync(DeltaTable table, Dictionary<string, string> configuration) =>
        table.CreateIfAbsentAsync(new MetadataAction { Id = "1", SchemaString = """{"type":"struct","fields":[]}""", PartitionColumns = [], Configuration = configuration });

    private async Task AppendAsync(DeltaTable table, string file)
    {
        await _store.PutAsync($"t/{file}", "x"u8.ToArray());
        await table.TransactAsync((transaction, _) =>
        {
            transaction.Add(File(file));
            return Task.FromResult<CommitDescription?>(new CommitDescription { Operation = "WRITE" });
        });
    }

    private async Task RequestAsync(DeltaTable table, string file)
    {
        await _store.PutAsync($"t/{file}", "x"u8.ToArray());
        await table.CommitAsync(new CommitRequest { Id = file, Transaction = new TransactionAction(file, 1, null), Operation = "WRITE", Changes = _ => [File(file)] });
    }

    private static AddFile File(string path) => new() { Path = path, PartitionValues = new Dictionary<string, string?>(), Size = 1, ModificationTime = 0 };

    private static async Task CheckAsync(DeltaTable table, long first, long last)
    {
        Assert.Equal(last, (await table.HeadAsync())!.Version);
        var commits = await table.CommitsAsync(first - 1, last);
        Assert.All(commits, c => Assert.Equal("inCommitTimestamp", Assert.IsType<CommitInfoAction>(c.Actions[0]).Content.First().Key));
        var times = commits.Select(c => c.InCommitTimestamp!.Value).ToArray();
        Assert.Equal(times.Distinct().Order(), times);
    }
}
