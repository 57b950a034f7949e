using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>
/// What a condition says of partitions alone: which of them cannot hold a row it is true for. Asked for files of the snapshot, and for those that others
/// add meanwhile.
/// </summary>
internal sealed class PartitionFilter
{
    private readonly DuckDbConnection _connection;
    private readonly TableSchema _schema;
    private readonly string? _condition;
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>Finds the parts of a condition that name partition columns only.</summary>
    public PartitionFilter(DuckDbConnection connection, TableSchema schema, string condition)
    {
        _connection = connection;
        _schema = schema;
        var parts = SqlConjuncts.Split(condition);
        string[] own = schema.PartitionColumns.Count == 0 ? [] : [.. parts.Where(IsOfPartitions)];
        _condition = own.Length == 0 ? null : string.Join(" AND ", own.Select(p => $"({p}\n)"));
        IsWhole = own.Length == parts.Count;
    }

    /// <summary>Whether the condition is about nothing but partitions, so that files are in it as a whole or not at all.</summary>
    public bool IsWhole { get; }

    /// <summary>False for files that cannot hold a row of the condition.</summary>
    public bool MayHold(AddFile file)
    {
        if (_condition is null)
        {
            return true;
        }

        var key = string.Join('\u0001', _schema.PartitionColumns.Select(c => file.PartitionValues.GetValueOrDefault(c.Name) is { } v ? "=" + v : ""));
        if (!_known.TryGetValue(key, out var holds))
        {
            _known[key] = holds = _connection.Scalar<bool>($"SELECT coalesce(CAST(({_condition}) AS BOOLEAN), false) FROM (SELECT {Values(file)})");
        }

        return holds;
    }

    private bool IsOfPartitions(string part)
    {
        try
        {
            _connection.Describe($"SELECT ({part}\n) AS it FROM (SELECT {string.Join(", ", _schema.PartitionColumns.Select(c => $"CAST(NULL AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"))})");
            return true;
        }
        catch (DuckDbException)
        {
            // It names a column that is in the files, or is wrong altogether, which the scan of the rows will tell.
            return false;
        }
    }

    private string Values(AddFile file) => string.Join(", ", _schema.PartitionColumns.Select(c =>
        $"{PartitionText.ToSql(c, file.PartitionValues.GetValueOrDefault(c.Name))} AS {SqlIdentifier.Quote(c.Name)}"));
}
