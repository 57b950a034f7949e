using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.Delta.Transactions.Conflicts;
using Lakehouse.ObjectStores;
using Lakehouse.Simulation;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta.Transactions;

/// <summary>
/// The races that were recorded with Spark and delta-rs, run with our transactions: two from one version, the first commits, then the second. The outcome and
/// the rows afterwards are Spark's; where only delta-rs was asked and the protocol says otherwise, the difference is listed here with its reason.
/// </summary>
public sealed class RecordedConflictTests
{
    private static readonly Dictionary<string, (Operation First, Operation Second)> DeltaRs = new(StringComparer.Ordinal)
    {
        ["append-append"] = (Adds(10), Adds(11)),
        ["append-delete_other_partition"] = (Adds(10), new Delete("y", 0, 99)),
        ["append-delete_same_partition"] = (Adds(10), new Delete("x", 1, 1)),
        ["overwrite_all-append"] = (Replaces(50), Adds(11)),
        ["overwrite-overwrite"] = (Replaces(50), Replaces(51)),
        ["delete-delete_same_file"] = (new Delete("x", 1, 1), new Delete("x", 2, 2)),
        ["delete-delete_other_file_no_partition_predicate"] = (new Delete(null, 1, 1), new Delete(null, 3, 3)),
        ["delete-update_same_file"] = (new Delete("x", 1, 1), new Update("x", 2, 2, 0, KeyBy: 100)),
        ["delete-append"] = (new Delete("x", 1, 1), Adds(11)),
        ["append-merge"] = (Adds(10), new Merge([new Row(3, "x", 0), new Row(12, "x", 0)])),
        ["metadata-append"] = (new AddColumn(), Adds(11)),
        ["property-append"] = (new SetProperty("x", "1"), Adds(11)),
        ["append-metadata"] = (Adds(10), new AddColumn()),
        ["txn_same_app"] = (Adds(10), Adds(11)),
        ["txn_other_app"] = (Adds(10), Adds(11)),
        ["append-optimize"] = (Adds(10), new Compact("x")),
        ["delete-optimize_same_files"] = (new Delete("x", 1, 1), new Compact("x")),
        ["optimize-delete_same_files"] = (new Compact("x"), new Delete("x", 1, 1)),
    };

    /// <summary>Where we do otherwise than delta-rs: what the second gets, and why.</summary>
    private static readonly Dictionary<string, (Type? Conflict, long[] Keys)> Otherwise = new(StringComparer.Ordinal)
    {
        // A blind append reads nothing: Spark accepts the first, and the second is the same by the protocol.
        ["overwrite_all-append"] = (null, [11, 50]),
        ["delete-append"] = (null, [2, 3, 4, 11]),

        // Spark refuses it (serializable_append-delete_same_partition).
        ["append-delete_same_partition"] = (typeof(ConcurrentAppendException), [1, 2, 3, 4, 10]),

        // Without the partition in the predicate the whole table is read, and the first has written a file.
        ["delete-delete_other_file_no_partition_predicate"] = (typeof(ConcurrentAppendException), [2, 3, 4]),
    };

    private static readonly Dictionary<string, (Operation First, Operation Second)> Spark = new(StringComparer.Ordinal)
    {
        ["delete-delete_other_file_same_partition"] = (new Delete("x", 2, 2), new Delete("x", 1, 1)),
        ["delete-update_other_file_same_partition"] = (new Delete("x", 1, 1), new Update("x", 2, 2, 0, KeyBy: 100)),
        ["overwrite-append"] = (Replaces(50), Adds(20)),
        ["optimize-delete"] = (new Compact("x"), new Delete("x", 1, 1)),
        ["append-merge"] = (Adds(10), new Merge([new Row(3, "x", 300)])),
        ["property-append"] = (new SetProperty("x", "1"), Adds(20)),
        ["delete-delete_other_partition"] = (new Delete("y", 3, 3), new Delete("x", 1, 1)),
        ["append-append"] = (Adds(10), Adds(20)),
        ["append-overwrite"] = (Adds(10), Replaces(50)),
        ["append-delete_other_partition"] = (Adds(10), new Delete("y", 3, 3)),
        ["serializable_append-delete_same_partition"] = (Adds(10), new Delete("x", 1, 1)),
        ["dv_delete-delete_other_file_same_partition"] = (new Delete("x", 2, 2), new Delete("x", 1, 1)),
        ["delete-update_same_file"] = (new Delete("x", 1, 1), new Update("x", 2, 2, 0, KeyBy: 100)),
        ["dv_delete-delete_same_file"] = (new Delete("x", 2, 2), new Delete("x", 1, 1)),
    };

    [Fact]
    public async Task Commit_RacesOfDeltaRs_EndAsRecordedOrAsTheProtocolSays()
    {
        var cases = Recorded("conflicts_rs.json");
        Assert.Equal(DeltaRs.Keys.Order(StringComparer.Ordinal), cases.Select(c => (string)c["name"]!).Order(StringComparer.Ordinal));
        foreach (var recorded in cases)
        {
            var name = (string)recorded["name"]!;
            var start = name.Contains("optimize", StringComparison.Ordinal) ? new[] { Pair("x", 1, 2), Pair("y", 3, 4), Pair("x", 7) } : [Pair("x", 1, 2), Pair("y", 3, 4)];
            var (conflict, keys) = await RaceAsync(name, start, DeltaRs[name]);
            if (Otherwise.TryGetValue(name, out var ours))
            {
                Assert.True(ours.Conflict == conflict?.GetType(), $"{name}: {conflict}");
                Assert.Equal(ours.Keys, keys);
            }
            else
            {
                Assert.True((string)recorded["secondFromSameSnapshot"]!["outcome"]! == (conflict is null ? "ok" : "error"), $"{name}: {conflict}");
                Assert.Equal(Keys(recorded), keys);
            }
        }
    }

    [Fact]
    public async Task Commit_RacesOfSpark_EndAsRecorded()
    {
        var cases = Recorded("conflicts_spark.json");
        Assert.Equal(Spark.Keys.Order(StringComparer.Ordinal), cases.Select(c => (string)c["name"]!).Order(StringComparer.Ordinal));
        foreach (var recorded in cases)
        {
            var name = (string)recorded["name"]!;
            var start = ((string)recorded["setup"]!).Contains("own file", StringComparison.Ordinal)
                ? [Pair("x", 1), Pair("x", 2), Pair("y", 3), Pair("y", 4)]
                : new[] { Pair("x", 1, 2), Pair("y", 3, 4) };
            var withFifth = name == "optimize-delete" ? start.Append(Pair("x", 5)).ToArray() : start;
            var (conflict, keys) = await RaceAsync(name, withFifth, Spark[name]);
            var expected = ((string?)recorded["statementB"]!["class"])?.Split('.')[^1];
            Assert.True(expected == conflict?.GetType().Name, $"{name}: expected {expected ?? "no conflict"}, seen {conflict}");
            Assert.Equal(Keys(recorded), keys);
        }
    }

    private static async Task<(DeltaConflictException? Conflict, long[] Keys)> RaceAsync(string name, IReadOnlyList<Row[]> start, (Operation First, Operation Second) race)
    {
        var store = new MemoryObjectStore();
        var setup = new SimulatedTable(store, new ManualTime(), "setup");
        await setup.CreateAsync();
        foreach (var file in start)
        {
            await setup.Delta.TransactAsync(async (transaction, _) =>
            {
                await setup.WriteAsync(transaction, file);
                return new CommitDescription { Operation = "WRITE" };
            });
        }

        var before = (await setup.Delta.HeadAsync())!.Version;
        var tables = new[] { "first", "second" }.Select(w => new SimulatedTable(store, new ManualTime(), w)).ToArray();
        var transactions = new[] { await tables[0].Delta.BeginAsync(), await tables[1].Delta.BeginAsync() };
        var operations = new[] { race.First, race.Second };
        for (var i = 0; i < 2; i++)
        {
            if (name.StartsWith("txn_", StringComparison.Ordinal))
            {
                transactions[i].Advance(i == 0 || name == "txn_same_app" ? "a" : "b", i + 1);
            }

            Assert.True(await operations[i].StageAsync(tables[i], transactions[i]));
        }

        DeltaConflictException? conflict = null;
        Assert.Equal(new CommitOutcome(before + 1, false, 0), await transactions[0].CommitAsync(new CommitDescription { Operation = race.First.Name }));
        try
        {
            // The loser of a race that can stand takes the next version.
            Assert.Equal(new CommitOutcome(before + 2, false, 1), await transactions[1].CommitAsync(new CommitDescription { Operation = race.Second.Name }));
        }
        catch (DeltaConflictException e)
        {
            conflict = e;
            Assert.Equal(before + 1, e.WinningVersion);
            Assert.Equal(race.First.Name, e.WinningOperation);
        }

        return (conflict, [.. (await setup.RowsAsync((await setup.Delta.HeadAsync())!)).Select(r => r.Key).Order()]);
    }

    private static JsonObject[] Recorded(string file) =>
        [.. JsonNode.Parse(File.ReadAllText(TestPaths.Shared("golden", "delta", "conflicts", file)))!.AsArray().Select(n => n!.AsObject())];

    private static long[] Keys(JsonObject recorded) => [.. recorded["rowsAfter"]!.AsArray().Select(r => (long)JsonNode.Parse((string)r!)!["id"]!).Order()];

    private static Append Adds(long key) => new([new Row(key, "x", 0)]);

    private static Overwrite Replaces(long key) => new(null, [new Row(key, "x", 0)]);

    private static Row[] Pair(string part, params long[] keys) => [.. keys.Select(k => new Row(k, part, 0))];

    private sealed record AddColumn : Operation
    {
        public override string Name => "ADD COLUMNS";

        public override Task<bool> StageAsync(SimulatedTable table, DeltaTransaction transaction)
        {
            var metadata = transaction.Snapshot.Metadata;
            transaction.Add(metadata with { SchemaString = metadata.SchemaString.Replace("]}", """,{"name":"c","type":"string","nullable":true,"metadata":{}}]}""", StringComparison.Ordinal) });
            return Task.FromResult(true);
        }

        public override IEnumerable<Row> Apply(IReadOnlyList<Row> before) => before;
    }
}
