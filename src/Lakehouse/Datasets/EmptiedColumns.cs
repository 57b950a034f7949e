using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.Delta;
using Lakehouse.Quality;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <summary>
/// Numeric columns that had values in the partitions before and have none now: what a column leaves behind that was renamed further up. Compares with earlier partitions only,
/// so that old ones may be made again after a column came; by the statistics of the log, so that no file is read.
/// </summary>
internal static class EmptiedColumns
{
    private const int EarlierPartitions = 14;

    // Fewer rows than these may well have no value, such as the one row of a day's totals.
    private const long FewRows = 3;

    // A column that is null now and then is so in all rows sometimes; less often than this it is no chance.
    private const double Chance = 0.001;

    /// <summary>Columns without any value, each with the partition and its rows. A required one is found by the rows kept aside for it, as then none is left.</summary>
    public static IReadOnlyList<EmptyColumn> Find(DatasetTarget target, IReadOnlyList<TableColumn> columns, CheckReport report, IReadOnlyList<StagedFile> files)
    {
        if (!target.IsFirstTyped)
        {
            return [];
        }

        var old = target.Contract.Columns.Where(c => c.Deprecated is not null).Select(c => c.ColumnName).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // The newest state of a history has no end yet: the merge fills it.
        var numbers = columns.Where(c => IsNumber(SqlTypes.Normal(c.SqlType)) && c.Name != target.PartitionColumn && c.Name != target.Merge.ValidTo && !c.Name.StartsWith('_') && !old.Contains(c.Name)).Select(c => c.Name).ToList();
        var aside = report.Results.Where(r => r.Kind is CheckKind.Required && r.Rows > 0 && r.Offenders == r.Rows).Select(r => (r.Column, r.Rows)).ToList();
        return
        [
            .. from n in numbers from r in aside where string.Equals(r.Column, n, StringComparison.OrdinalIgnoreCase) select new EmptyColumn(n, target.Partitions[0], r.Rows),
            .. from f in files from n in EmptyOf(f, numbers) select new EmptyColumn(n, f.Partition, f.Rows),
        ];
    }

    /// <summary>A failed check for each column whose emptiness is no chance, by what earlier partitions have.</summary>
    public static IEnumerable<CheckResult> Judge(IReadOnlyList<EmptyColumn> empty, DeltaSnapshot head)
    {
        var names = head.Schema().Fields.ToDictionary(f => f.Name, f => f.PhysicalName, StringComparer.OrdinalIgnoreCase);
        foreach (var (column, partition, rows) in empty.Where(e => e.Rows >= FewRows).DistinctBy(e => e.Column))
        {
            var earlier = head.Partitions(p => string.CompareOrdinal(p, partition) < 0).TakeLast(EarlierPartitions).ToHashSet(StringComparer.Ordinal);
            var known = (names.ContainsKey(column) ? head.FilesOf(earlier) : []).Select(f => CountsOf(f, names[column])).Where(f => f is { Rows: not null, Nulls: not null }).ToList();
            var (before, nulls) = (known.Sum(f => f.Rows!.Value), known.Sum(f => f.Nulls!.Value));
            // Where nothing is known of earlier partitions, nothing was lost.
            if (before > nulls && Math.Pow((nulls + 1.0) / (before + 2.0), rows) < Chance)
            {
                yield return new CheckResult
                {
                    Rule = $"{column}.emptied",
                    Kind = CheckKind.Emptied,
                    Column = column,
                    Dimension = "completeness",
                    Severity = QualitySeverity.Error,
                    Status = CheckStatus.Failed,
                    Offenders = rows,
                    Rows = rows,
                    Message = string.Create(
                        CultureInfo.InvariantCulture,
                        $"expected values in '{column}', which had some in {before - nulls} of the {before} rows of earlier partitions, seen null in all {rows} rows of '{partition}'. Help: look whether a column was renamed where it comes from; mark it 'deprecated' in the contract if it is to end"),
                };
            }
        }
    }

    private static bool IsNumber(string type) => SqlTypes.IsIntegral(type) || SqlTypes.IsFloating(type) || type.StartsWith("DECIMAL", StringComparison.Ordinal);

    private static IEnumerable<string> EmptyOf(StagedFile file, IReadOnlyList<string> columns)
    {
        using var statistics = LoggedStatistics.Of(file.Stats);
        return [.. columns.Where(c => file.Rows > 0 && statistics.Nulls(c) == file.Rows)];
    }

    private static (long? Rows, long? Nulls) CountsOf(AddFile file, string column)
    {
        using var statistics = LoggedStatistics.Of(file.Stats);
        return (statistics.Rows, statistics.Nulls(column));
    }
}
