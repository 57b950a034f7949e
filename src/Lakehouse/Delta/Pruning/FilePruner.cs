using System.Text.Json;
using Lakehouse.Delta.Files;
using Lakehouse.Delta.Schema;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta.Pruning;

/// <summary>
/// Leaves out files that cannot hold a row for which all conditions are true, by their partition values and statistics. What the log does not say, or says in
/// a way that proves nothing, keeps the file. Known looseness is allowed for: instants are cut to milliseconds, texts to a prefix, NaN may be missing from bounds.
/// </summary>
public sealed class FilePruner
{
    /// <summary>Writers cut instants to milliseconds, the greatest too.</summary>
    private static readonly TimeSpan Cut = TimeSpan.FromMilliseconds(1);

    private readonly (DeltaField Field, int Partition, ColumnPredicate Condition)[] _conditions;
    private readonly IReadOnlyList<string> _keys;
    private readonly DeltaSnapshot _snapshot;

    private FilePruner(DeltaSnapshot snapshot, (DeltaField, int, ColumnPredicate)[] conditions)
    {
        _snapshot = snapshot;
        _keys = snapshot.PartitionKeys;
        _conditions = conditions;
    }

    /// <summary>The files that may hold a row for which all conditions are true, in the order of the snapshot's files.</summary>
    /// <exception cref="LakehouseException"><c>delta.column</c>: the table has no such column.</exception>
    public static IReadOnlyList<AddFile> Prune(DeltaSnapshot snapshot, IReadOnlyList<ColumnPredicate> conditions)
    {
        var fields = snapshot.Schema().Fields;
        var bound = conditions.Select(c =>
        {
            var field = fields.FirstOrDefault(f => string.Equals(f.Name, c.Column, StringComparison.OrdinalIgnoreCase))
                ?? throw new LakehouseException("delta.column", $"Table '{snapshot.Metadata.Name ?? snapshot.Metadata.Id}' has no column '{c.Column}': expected one of {string.Join(", ", fields.Select(f => f.Name))}.");
            var partition = snapshot.Metadata.PartitionColumns.Select((p, i) => (p, i)).Where(p => string.Equals(p.p, field.Name, StringComparison.OrdinalIgnoreCase)).Select(p => p.i).DefaultIfEmpty(-1).First();
            return (field, partition, c);
        });
        var kept = new FilePruner(snapshot, [.. bound]).Run().ToList();

        // Few are left, so they are cheaper to order than all of the table's.
        kept.Sort((a, b) => ObjectPath.Comparer.Compare(DeltaFiles.KeyOf(a.Path, a.DeletionVectorId), DeltaFiles.KeyOf(b.Path, b.DeletionVectorId)));
        return kept;
    }

    private IEnumerable<AddFile> Run()
    {
        var verdicts = new Dictionary<IReadOnlyDictionary<string, string?>, bool>(ReferenceEqualityComparer.Instance);
        var byStatistics = _conditions.Any(c => c.Partition < 0);
        foreach (var (row, recent) in _snapshot.Files.UnorderedRows())
        {
            var columns = _snapshot.Files.Base;
            var values = recent?.PartitionValues ?? columns.Partitions[columns.PartitionOf(row)];
            if (!verdicts.TryGetValue(values, out var mayHold))
            {
                verdicts[values] = mayHold = _conditions.All(c => c.Partition < 0 || PartitionMayHold(values.GetValueOrDefault(_keys[c.Partition]), c.Field, c.Condition));
            }

            if (mayHold && (!byStatistics || StatisticsMayHold(recent is null ? columns.StatsOf(row) : System.Text.Encoding.UTF8.GetBytes(recent.Stats ?? ""))))
            {
                yield return recent ?? columns.Read(row);
            }
        }
    }

    private static bool PartitionMayHold(string? text, DeltaField field, ColumnPredicate condition) =>
        string.IsNullOrEmpty(text) ? condition.Operator is ComparisonOperator.IsNull
        : condition.Operator is ComparisonOperator.IsNotNull || (condition.Operator is not ComparisonOperator.IsNull
            && (TypedText.Parse(field.Type, text) is not { } value || condition.Value is null || MayHold(value, value, condition.Operator, condition.Value)));

    private bool StatisticsMayHold(ReadOnlySpan<byte> stats)
    {
        using var statistics = LoggedStatistics.Of(stats);
        foreach (var (field, partition, condition) in _conditions)
        {
            if (partition < 0 && !StatisticsMayHold(statistics, field, condition))
            {
                return false;
            }
        }

        return true;
    }

    private static bool StatisticsMayHold(LoggedStatistics stats, DeltaField field, ColumnPredicate condition)
    {
        var (rows, nulls) = (stats.Rows, stats.Nulls(field.PhysicalName));
        if (condition.Operator is ComparisonOperator.IsNull)
        {
            return nulls is not 0;
        }

        if (rows is 0 || (nulls is { } all && all == rows))
        {
            return false;
        }

        return condition.Operator is ComparisonOperator.IsNotNull || condition.Value is null
            || MayHold(Bound(stats.Lowest(field.PhysicalName), field, -Cut), Bound(stats.Highest(field.PhysicalName), field, Cut), condition.Operator, condition.Value, isReal: field.Type is DeltaPrimitive { Name: "float" or "double" });
    }

    /// <summary>Whether a value between bounds, either of which may be unknown, can stand to the literal as asked. NaN is above everything and in no bound.</summary>
    private static bool MayHold(object? low, object? high, ComparisonOperator comparison, object literal, bool isReal = false)
    {
        if (literal is double.NaN)
        {
            return true;
        }

        var toLow = low is null ? null : TypedText.Compare(low, literal);
        var toHigh = high is null ? null : TypedText.Compare(high, literal);
        return comparison switch
        {
            ComparisonOperator.Equal => toLow is not > 0 && toHigh is not < 0,
            ComparisonOperator.Less => toLow is not >= 0,
            ComparisonOperator.LessOrEqual => toLow is not > 0,
            ComparisonOperator.Greater => isReal || toHigh is not <= 0,
            ComparisonOperator.GreaterOrEqual => isReal || toHigh is not < 0,
            _ => true,
        };
    }

    private static object? Bound(JsonElement? value, DeltaField field, TimeSpan looseness)
    {
        var text = value?.ValueKind switch
        {
            JsonValueKind.String => value.Value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.Value.GetRawText(),
            _ => null,
        };
        try
        {
            return text is null ? null : TypedText.Parse(field.Type, text) switch
            {
                DateTimeOffset instant => instant + looseness,
                DateTime time => time + looseness,
                var other => other,
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            // At the end of time there is no bound.
            return null;
        }
    }
}
