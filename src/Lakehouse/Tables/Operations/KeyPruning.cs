using System.Globalization;
using System.Text.Json;
using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Files that can hold one of many keys, by their partition values and statistics; whoever has none is among them.</summary>
internal static class KeyPruning
{
    private const string Bounds = "__key_bounds";

    /// <summary>Types whose bounds in the statistics are never narrower than the values, in the engine's order.</summary>
    private static bool HasBounds(TableColumn column) =>
        column.SqlType is "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "DATE" or "VARCHAR" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE"
        || column.SqlType.StartsWith("DECIMAL", StringComparison.Ordinal);

    /// <summary>What a set of keys says of partitions: false for files that hold none of them.</summary>
    public static Func<AddFile, bool> ByPartition(DuckDbConnection connection, TableSchema schema, IReadOnlyList<string> keys, string source, CancellationToken cancellationToken)
    {
        var wanted = schema.PartitionColumns.Where(c => keys.Contains(c.Name, StringComparer.Ordinal)).Select(c => (
            Column: c,
            Values: connection.Query($"SELECT DISTINCT {PartitionText.ToText(c)} FROM (SELECT CAST({SqlIdentifier.Quote(c.Name)} AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)} FROM {source})", null, cancellationToken)
                .Rows.Select(r => (string?)r[0]).OfType<string>().ToHashSet(StringComparer.Ordinal))).ToArray();

        // Other writers spell instants, doubles and the like in other ways: where a text can differ for one value, the column says nothing.
        var exact = wanted.Where(w => w.Column.SqlType is "VARCHAR" or "DATE" or "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "BOOLEAN").ToArray();
        return file => exact.All(w => file.PartitionValues.GetValueOrDefault(w.Column.Name) is { } value && w.Values.Contains(value));
    }

    /// <summary>Of some files those whose statistics do not exclude every key.</summary>
    public static IReadOnlyList<AddFile> ByStatistics(
        DuckDbConnection connection, TableSchema schema, IReadOnlyList<string> keys, string source, IReadOnlyList<AddFile> files, CancellationToken cancellationToken)
    {
        var left = files;
        foreach (var column in schema.DataColumns.Where(c => keys.Contains(c.Name, StringComparer.Ordinal) && HasBounds(c)))
        {
            if (left.Count < 2)
            {
                return left;
            }

            var rows = left.Select((f, i) => (Number: i, Range: Range(f, column))).ToArray();
            string[] known = [.. rows.Where(r => r.Range is not null).Select(r => string.Create(CultureInfo.InvariantCulture, $"({r.Number}, {r.Range})"))];
            if (known.Length == 0)
            {
                continue;
            }

            connection.Execute($"CREATE OR REPLACE TEMP TABLE {Bounds} AS SELECT * FROM (VALUES {string.Join(", ", known)}) v(file, lowest, highest)", cancellationToken);
            var key = SqlIdentifier.Quote(column.Name);

            // The smallest key from the file's lowest value on: the file can hold a key only if that one is not above its highest.
            var hits = connection.Query(
                $"SELECT b.file FROM {Bounds} b ASOF JOIN (SELECT DISTINCT CAST({key} AS {column.SqlType}) AS k FROM {source} WHERE {key} IS NOT NULL) s ON b.lowest <= s.k WHERE s.k <= b.highest",
                null,
                cancellationToken);
            connection.Execute($"DROP TABLE {Bounds}", cancellationToken);
            var numbers = hits.Rows.Select(r => Convert.ToInt32(r[0], CultureInfo.InvariantCulture)).ToHashSet();
            left = [.. rows.Where(r => r.Range is null || numbers.Contains(r.Number)).Select(r => left[r.Number])];
        }

        return left;
    }

    private static string? Range(AddFile file, TableColumn column)
    {
        using var statistics = LoggedStatistics.Of(file.Stats);
        if (statistics.Lowest(column.Name) is not { ValueKind: JsonValueKind.String or JsonValueKind.Number } low || statistics.Highest(column.Name) is not { ValueKind: JsonValueKind.String or JsonValueKind.Number } high)
        {
            return null;
        }

        // Instants are cut to milliseconds, by Spark also at the upper end.
        var margin = column.SqlType.StartsWith("TIMESTAMP", StringComparison.Ordinal) ? " + INTERVAL 1 MILLISECOND" : "";
        return $"CAST({SqlIdentifier.Literal(low.ToString())} AS {column.SqlType}), CAST({SqlIdentifier.Literal(high.ToString())} AS {column.SqlType}){margin}";
    }
}
