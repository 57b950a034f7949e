using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>
/// Statistics of a file for the columns a table wants them of: the first <c>delta.dataSkippingNumIndexedCols</c> leaves (32 by default, -1 for all), or those
/// that <c>delta.dataSkippingStatsColumns</c> names. Fields of structs nest; arrays and maps are counted as one leaf and have no bounds.
/// </summary>
internal static class LeafStatistics
{
    private const int DefaultLeaves = 32;

    private static readonly ConditionalWeakTable<TableSchema, List<Leaf>> Known = [];

    /// <summary>The <c>stats</c> text of a file.</summary>
    /// <param name="schema">The table.</param>
    /// <param name="file">What the engine says of the file.</param>
    /// <param name="countNulls">Counts the NULLs of columns the engine does not tell of, by an expression for each.</param>
    public static string Json(TableSchema schema, ParquetFile file, Func<IReadOnlyList<string>, IReadOnlyList<long>> countNulls)
    {
        var leaves = Known.GetValue(schema, Wanted);
        string[] uncounted = [.. leaves.Where(l => l.IsNested).Select(l => l.Sql)];
        var counted = uncounted.Length == 0 ? [] : uncounted.Zip(countNulls(uncounted)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        JsonObject min = [], max = [], nulls = [];
        foreach (var leaf in leaves)
        {
            var seen = file.Leaves.GetValueOrDefault(leaf.Sql);
            if ((leaf.IsNested ? counted[leaf.Sql] : seen?.Nulls) is { } count)
            {
                Set(nulls, leaf.Path, count);
            }

            if (!leaf.IsNested && seen is { Min: { } lowest, Max: { } highest, HasNaN: false } && FileStatistics.Bounds(leaf.SqlType, lowest, highest) is var (low, high))
            {
                Set(min, leaf.Path, low);
                if (high is not null)
                {
                    Set(max, leaf.Path, high);
                }
            }
        }

        return new JsonObject { ["numRecords"] = file.Rows, ["minValues"] = min, ["maxValues"] = max, ["nullCount"] = nulls }.ToJsonString(JsonText.Relaxed);
    }

    private static List<Leaf> Wanted(TableSchema schema)
    {
        var partitions = schema.Metadata.PartitionColumns.ToHashSet(StringComparer.Ordinal);
        Leaf[] leaves = [.. Leaves(schema.Fields, []).Where(l => !partitions.Contains(l.Path[0]))];
        if (schema.Metadata.Configuration.TryGetValue("delta.dataSkippingStatsColumns", out var named))
        {
            string[] wanted = [.. named.Split(',').Select(n => n.Trim().Replace("`", "", StringComparison.Ordinal))];
            return [.. leaves.Where(l => wanted.Any(w => string.Join('.', l.Path) is var path && (path.Equals(w, StringComparison.OrdinalIgnoreCase) || path.StartsWith(w + ".", StringComparison.OrdinalIgnoreCase))))];
        }

        var most = schema.Metadata.Configuration.TryGetValue("delta.dataSkippingNumIndexedCols", out var text)
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : DefaultLeaves;
        return [.. leaves.Take(most < 0 ? int.MaxValue : most)];
    }

    private static IEnumerable<Leaf> Leaves(JsonArray fields, string[] parents)
    {
        foreach (var field in fields.Select(f => f!.AsObject()))
        {
            string[] path = [.. parents, (string)field["name"]!];
            if (field["type"] is JsonObject type && (string?)type["type"] == "struct")
            {
                foreach (var inner in Leaves(type["fields"]!.AsArray(), path))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return new Leaf(path, field["type"] is JsonObject, field["type"] is JsonValue ? SqlTypeOf(field) : "");
            }
        }
    }

    private static string SqlTypeOf(JsonObject field) =>
        DeltaTypes.FromDeltaSchema(new JsonObject { ["type"] = "struct", ["fields"] = new JsonArray(field.DeepClone()) }.ToJsonString())[0].SqlType;

    private static void Set(JsonObject root, string[] path, JsonNode value)
    {
        foreach (var parent in path[..^1])
        {
            root = (root[parent] ??= new JsonObject()).AsObject();
        }

        root[path[^1]] = value;
    }

    /// <summary>A column that holds values itself.</summary>
    private sealed record Leaf(string[] Path, bool IsNested, string SqlType)
    {
        public string Sql => string.Join('.', Path.Select(SqlIdentifier.Quote));
    }
}
