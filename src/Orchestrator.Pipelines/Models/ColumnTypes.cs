using Lakehouse.Contracts;

namespace Orchestrator.Pipelines.Models;

/// <summary>The SQL engine's type for a column of a contract.</summary>
public static class ColumnTypes
{
    /// <summary>The physical type where the contract gives one, otherwise what its logical type stands for; empty when that says nothing.</summary>
    /// <param name="column">The column.</param>
    public static string Of(ContractColumn column) => (column ?? throw new ArgumentNullException(nameof(column))).PhysicalType ?? column.LogicalType switch
    {
        LogicalType.String => "VARCHAR",
        LogicalType.Date => "DATE",
        LogicalType.Timestamp => column.Options.Timezone == false ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE",
        LogicalType.Time => "TIME",
        LogicalType.Number => "DOUBLE",
        LogicalType.Integer => "BIGINT",
        LogicalType.Boolean => "BOOLEAN",
        _ => "",
    };
}
