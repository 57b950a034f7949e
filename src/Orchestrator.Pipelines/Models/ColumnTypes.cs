using Lakehouse.Contracts;

namespace Orchestrator.Pipelines.Models;

/// <summary>The SQL engine's type for a column of a contract.</summary>
internal static class ColumnTypes
{
    /// <summary>The physical type where the contract gives one, otherwise what its logical type stands for; empty when that says nothing.</summary>
    public static string Of(ContractColumn column) => column.PhysicalType ?? column.LogicalType switch
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
