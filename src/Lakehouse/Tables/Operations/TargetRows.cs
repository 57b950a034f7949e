using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>The rows of some files of a table as one SELECT: all columns with their declared types, partition values from the log.</summary>
internal static class TargetRows
{
    /// <summary>Column with the number of the file a row comes from, as in the list given.</summary>
    public const string FileColumn = "__file";

    /// <summary>The SELECT.</summary>
    /// <param name="schema">The table's columns.</param>
    /// <param name="files">The files, each with where it lies here.</param>
    /// <param name="withFile">Whether to have <see cref="FileColumn"/>.</param>
    public static string Select(TableSchema schema, IReadOnlyList<(AddFile File, string Path)> files, bool withFile = false)
    {
        if (files.FirstOrDefault(f => f.File.DeletionVector is not null) is { File: { } hidden })
        {
            throw new LakehouseException("delta.unsupported", $"File '{hidden.Path}' has a deletion vector; rewriting such files is not supported. Help: purge the deletion vectors first, for example with REORG TABLE … APPLY (PURGE).");
        }

        var number = withFile ? $", {FileColumn}" : "";
        var nothing = $"SELECT {string.Join(", ", schema.Columns.Select(c => $"CAST(NULL AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"))}{(withFile ? $", 0 AS {FileColumn}" : "")} WHERE false";
        if (files.Count == 0)
        {
            return nothing;
        }

        var all = string.Join(", ", schema.Columns.Select(c => $"CAST({SqlIdentifier.Quote(c.Name)} AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"));
        var scans = files.Select((f, i) => (f.File, f.Path, Number: i)).GroupBy(f => Key(schema, f.File)).Select(g =>
        {
            var values = string.Concat(schema.PartitionColumns.Select(c => $", {PartitionText.ToSql(c, g.First().File.PartitionValues.GetValueOrDefault(c.Name))} AS {SqlIdentifier.Quote(c.Name)}"));
            var index = withFile ? $", list_position({SqlIdentifier.Literals(g.Select(f => f.Path))}, filename) AS __at" : "";
            var lookup = withFile ? $", ([{string.Join(", ", g.Select(f => f.Number))}])[__at] AS {FileColumn}" : "";
            var exclude = withFile ? " EXCLUDE (__at, filename)" : "";
            return $"SELECT *{exclude}{lookup} FROM (SELECT *{values}{index} FROM read_parquet({SqlIdentifier.Literals(g.Select(f => f.Path))}, union_by_name = true, hive_partitioning = false{(withFile ? ", filename = true" : "")}))";
        });
        return $"SELECT {all}{number} FROM ({nothing} UNION ALL BY NAME {string.Join(" UNION ALL BY NAME ", scans)})";
    }

    private static string Key(TableSchema schema, AddFile file) => string.Join('\u0001', schema.PartitionColumns.Select(c => file.PartitionValues.GetValueOrDefault(c.Name) is { Length: > 0 } v ? "=" + v : ""));
}
