using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Partition values as the log writes them, and back. Source: Delta protocol, "Partition Value Serialization"; instants as Spark writes them.</summary>
internal static class PartitionText
{
    /// <summary>An expression that makes a column's text; the empty text becomes NULL, as every reader takes it.</summary>
    public static string ToText(TableColumn column)
    {
        var name = SqlIdentifier.Quote(column.Name);
        return column.SqlType switch
        {
            "TIMESTAMP WITH TIME ZONE" => $"strftime(timezone('UTC', {name}), '%Y-%m-%dT%H:%M:%S.%fZ')",
            "TIMESTAMP" => $"strftime({name}, '%Y-%m-%d %H:%M:%S.%f')",
            "BLOB" => throw new LakehouseException("schema.partition", $"Column '{column.Name}' is binary and cannot be a partition column. Help: partition by another one."),
            _ => $"nullif(CAST({name} AS VARCHAR), '')",
        };
    }

    /// <summary>A literal of a column's type from the log's text.</summary>
    public static string ToSql(TableColumn column, string? text) =>
        $"CAST({(string.IsNullOrEmpty(text) ? "NULL" : SqlIdentifier.Literal(text))} AS {column.SqlType})";
}
