using Lakehouse.Contracts;
using Lakehouse.Delta;
using Lakehouse.Raw;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Datasets;

/// <summary>What is known of the columns of rows before there are any.</summary>
public static class RowColumns
{
    /// <summary>Columns of rows that are loaded from files.</summary>
    /// <param name="contract">The contract of the raw table.</param>
    /// <param name="partitionColumn">Its partition column.</param>
    public static IReadOnlyList<TableColumn> OfFiles(ContractTable contract, string partitionColumn) => BronzeColumns.Of(contract, [partitionColumn]);

    /// <summary>Refuses rows that an attempt would refuse when it stages them.</summary>
    /// <param name="table">The table.</param>
    /// <param name="head">Its newest version.</param>
    /// <param name="columns">All columns of the rows, with the engine's names of their types.</param>
    /// <param name="partitionColumn">The column that the rows are partitioned by.</param>
    /// <exception cref="LakehouseException"><c>schema.changed</c>: names every difference that is not additive.</exception>
    public static void RefuseMisfit(DeltaTable table, DeltaSnapshot head, IReadOnlyList<TableColumn> columns, string partitionColumn)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(head);
        SchemaGrowth.Of(table.Path, head, columns, partitionColumn);
    }
}
