using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Pruning;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tests.Delta.Pruning;

/// <summary>Files with rows whose statistics are written with the looseness of real writers: none that holds a matching row is ever left out.</summary>
public sealed class FilePrunerTests
{
    private const string Schema =
        """{"type":"struct","fields":[{"name":"i","type":"long","nullable":true,"metadata":{}},{"name":"s","type":"string","nullable":true,"metadata":{}},{"name":"f","type":"float","nullable":true,"metadata":{}},{"name":"d","type":"double","nullable":true,"metadata":{}},{"name":"n","type":"decimal(9,2)","nullable":true,"metadata":{}},{"name":"t","type":"timestamp","nullable":true,"metadata":{}},{"name":"p","type":"date","nullable":true,"metadata":{}}]}""";

    private static readonly string[] Columns = ["i", "s", "f", "d", "n", "t", "p"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Prune_AnyConditions_KeepsEveryFileWithAMatch(int seed)
    {
        var random = new Random(seed);
        var rows = new Dictionary<string, object?[][]>(StringComparer.Ordinal);
        var snapshot = await SnapshotAsync(Enumerable.Range(0, 120).Select(n =>
        {
            var day = random.Next(8) == 0 ? (DateOnly?)null : new DateOnly(2024, 1, 1 + random.Next(5));
            var content = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Row(random, day)).ToArray();
            rows[$"f{n}"] = content;
            return File($"f{n}", day, content, random);
        }));
        var pruned = 0;
        for (var n = 0; n < 600; n++)
        {
            ColumnPredicate[] conditions = [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Condition(random))];
            var kept = FilePruner.Prune(snapshot, conditions).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
            var wrong = rows.Where(f => !kept.Contains(f.Key) && f.Value.Any(r => conditions.All(c => Matches(r, c)))).ToArray();
            Assert.True(wrong.Length == 0, $"seed {seed}: {string.Join(" and ", conditions.Select(c => $"{c.Column} {c.Operator} {c.Value}"))} leaves out {(wrong.Length > 0 ? wrong[0].Key : "")}");
            pruned += rows.Count - kept.Count;
        }

        Assert.True(pruned > 600 * 120 / 5, $"Only {pruned} of {600 * 120} were left out.");
    }

    [Fact]
    public async Task Prune_OfAColumnThatIsNotThere_NamesTheColumns()
    {
        var snapshot = await SnapshotAsync([]);
        Assert.Contains("'x'", Assert.Throws<LakehouseException>(() => FilePruner.Prune(snapshot, [new ColumnPredicate("x", ComparisonOperator.IsNull)])).Message, StringComparison.Ordinal);
    }

    private static async Task<DeltaSnapshot> SnapshotAsync(IEnumerable<AddFile> files)
    {
        var store = new MemoryObjectStore();
        var table = new DeltaTable(store, "t");
        await store.PutAsync(
            "t/_delta_log/00000000000000000000.json",
            DeltaJson.Write([new ProtocolAction(1, 2, [], []), new MetadataAction { Id = "1", SchemaString = Schema, PartitionColumns = ["p"] }, .. files]));
        return (await table.HeadAsync())!;
    }

    private static object?[] Row(Random random, DateOnly? day) =>
    [
        Maybe(random, (long)random.Next(-20, 20)),
        Maybe(random, Text(random)),
        Maybe(random, (double)(float)Real(random)),
        Maybe(random, Real(random)),
        Maybe(random, random.Next(-2000, 2000) / 100m),
        Maybe(random, DateTimeOffset.UnixEpoch.AddMicroseconds(random.Next(-3000, 3000))),
        day,
    ];

    private static object? Maybe(Random random, object value) => random.Next(5) == 0 ? null : value;

    private static double Real(Random random) => random.Next(12) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -0.0, _ => random.Next(-30, 30) / 10.0 };

    private static string Text(Random random) => new string('x', random.Next(3) == 0 ? 31 : 0) + string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => (string[])["a", "b", "~", "\u007f", "é", "\uffee", "😀"]).Select(a => a[random.Next(a.Length)]));

    private static ColumnPredicate Condition(Random random)
    {
        var column = random.Next(Columns.Length);
        var comparison = (ComparisonOperator)random.Next(7);
        return new ColumnPredicate(Columns[column], comparison, comparison >= ComparisonOperator.IsNull ? null : Row(random, new DateOnly(2024, 1, random.Next(1, 7)))[column] ?? (column == 0 ? 3L : null));
    }

    /// <summary>As the engine and Spark compare: NaN equals itself and is above everything.</summary>
    private static bool Matches(object?[] row, ColumnPredicate condition)
    {
        var value = row[Array.IndexOf(Columns, condition.Column)];
        if (condition.Operator is ComparisonOperator.IsNull || value is null)
        {
            return condition.Operator is ComparisonOperator.IsNull && value is null;
        }

        if (condition.Operator is ComparisonOperator.IsNotNull || condition.Value is null)
        {
            return condition.Operator is ComparisonOperator.IsNotNull;
        }

        var order = (value, condition.Value) switch
        {
            (double a, double b) => double.IsNaN(a) ? (double.IsNaN(b) ? 0 : 1) : double.IsNaN(b) ? -1 : a == b ? 0 : a.CompareTo(b),
            (string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)),
            (IComparable a, var b) => a.CompareTo(b),
            _ => throw new InvalidOperationException(),
        };
        return condition.Operator switch
        {
            ComparisonOperator.Equal => order == 0,
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static AddFile File(string path, DateOnly? day, object?[][] rows, Random random)
    {
        JsonObject min = [], max = [], nulls = [];
        for (var c = 0; c < 6; c++)
        {
            var values = rows.Select(r => r[c]).OfType<object>().ToArray();
            nulls[Columns[c]] = rows.Length - values.Length;
            if (values.Length > 0 && random.Next(10) > 0)
            {
                (min[Columns[c]], max[Columns[c]]) = Bounds(values, random);
            }
        }

        return new AddFile
        {
            Path = path,
            PartitionValues = new Dictionary<string, string?> { ["p"] = day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? (random.Next(2) == 0 ? null : "") },
            Size = 1,
            ModificationTime = 1,
            Stats = random.Next(15) == 0 ? null : new JsonObject { ["numRecords"] = rows.Length, ["minValues"] = min, ["maxValues"] = max, ["nullCount"] = nulls }.ToJsonString(),
        };
    }

    private static (JsonNode? Min, JsonNode? Max) Bounds(object[] values, Random random)
    {
        switch (values[0])
        {
            case string:
                var texts = values.Cast<string>().Order(ObjectPath.Comparer).ToArray();
                return (Prefix(texts[0]), Prefix(texts[^1]) is var top && top.Length < texts[^1].Length ? top + "\U0010FFFF" : texts[^1]);
            case double:
                // Spark writes NaN as a text, delta-rs leaves it out.
                var real = values.Cast<double>().Where(v => !double.IsNaN(v)).ToArray();
                return real.Length < values.Length && random.Next(2) == 0 ? (Number(real.DefaultIfEmpty(double.NaN).Min()), "NaN") : real.Length == 0 ? (null, null) : (Number(real.Min()), Number(real.Max()));
            case DateTimeOffset:
                var times = values.Cast<DateTimeOffset>().Order().ToArray();
                return (Milliseconds(times[0]), Milliseconds(times[^1]));
            case decimal:
                return ((decimal)values.Min()!, (decimal)values.Max()!);
            default:
                return ((long)values.Min()!, (long)values.Max()!);
        }
    }

    /// <summary>A float has come as the double it equals: it is written with the digits that tell it among floats.</summary>
    private static JsonNode Number(double value) => !double.IsFinite(value) ? value.ToString(CultureInfo.InvariantCulture)
        : JsonNode.Parse((float)value == value && value != Math.Round(value, 1) ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture))!;

    private static string Milliseconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Prefix(string text) => string.Concat(text.EnumerateRunes().Take(32).Select(r => r.ToString()));
}
