using System.Globalization;
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

        // One scan over all files, which looks up what the log says of each by its number. A column of that name hides the number: then a scan for each file.
        var scans = schema.Columns.Any(c => c.Name.Equals("file_index", StringComparison.OrdinalIgnoreCase))
            ? files.Select((f, i) => Scan(schema, [f], i.ToString(CultureInfo.InvariantCulture), "0", withFile))
            : [Scan(schema, files, "CAST(file_index AS BIGINT)", "CAST(file_index AS BIGINT)", withFile)];
        return $"SELECT {all}{number} FROM ({nothing} UNION ALL BY NAME {string.Join(" UNION ALL BY NAME ", scans)})";
    }

    private static string Scan(TableSchema schema, IReadOnlyList<(AddFile File, string Path)> files, string number, string at, bool withFile)
    {
        var values = string.Concat(schema.PartitionColumns.Select(c =>
            $", ([{string.Join(", ", files.Select(f => PartitionText.ToSql(c, f.File.PartitionValues.GetValueOrDefault(c.Name))))}])[{at} + 1] AS {SqlIdentifier.Quote(c.Name)}"));
        return $"SELECT *{values}{(withFile ? $", {number} AS {FileColumn}" : "")} FROM read_parquet({SqlIdentifier.Literals(files.Select(f => f.Path))}, union_by_name = true, hive_partitioning = false)";
    }
}
