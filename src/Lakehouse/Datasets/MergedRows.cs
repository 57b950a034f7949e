using Lakehouse.DuckDb;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Datasets;

/// <summary>A table with staged rows merged into it, as a SELECT: what a publish will leave, for those who read it before.</summary>
internal static class MergedRows
{
    /// <summary>The SELECT, over two relations that have the manifest's columns.</summary>
    public static string Select(StagedManifest staged, string stored, string added)
    {
        var merge = staged.Merge;
        var names = staged.Columns.Select(c => c.Name).ToArray();
        var columns = string.Join(", ", names.Select(SqlIdentifier.Quote));
        var newest = merge.Newest(added, staged.PartitionColumn, staged.Partitions);
        if (merge is { Mode: MergeMode.History, ValidFrom: { } from, ValidTo: { } to })
        {
            return HistoryRows.Select(staged.Columns, merge.Key, from, to, null, merge.OutsideState(names, staged.PartitionColumn), $"SELECT {columns}, 0 AS {HistoryRows.IsNew} FROM {stored} UNION ALL SELECT {columns}, 1 FROM ({newest})");
        }

        var match = string.Join(" AND ", merge.Key.Select(SqlIdentifier.Quote).Select(k => $"t.{k} = s.{k}"));
        var takesOver = merge.TakesOver(staged.Columns, staged.PartitionColumn);
        return $"SELECT {columns} FROM {stored} t WHERE NOT EXISTS (SELECT 1 FROM ({newest}) s WHERE {match} AND ({takesOver})) "
            + $"UNION ALL SELECT {columns} FROM ({newest}) s WHERE NOT EXISTS (SELECT 1 FROM {stored} t WHERE {match} AND ({takesOver}) IS NOT TRUE)";
    }
}
