using Lakehouse.Contracts;
using Lakehouse.Quality;
using Lakehouse.Tables;

namespace Lakehouse.Raw;

/// <summary>
/// The columns of a bronze table: what the contract declares in its order, all of it text, then whichever of the source columns and
/// the file's constants the contract does not name.
/// </summary>
internal static class BronzeColumns
{
    /// <summary>Column with what a file has beyond a contract that evolves.</summary>
    public const string Extra = "_extra";

    private static readonly TableColumn[] Source =
    [
        new("_source_uri", "VARCHAR"),
        new("_source_row", "BIGINT"),
        new("_source_line", "BIGINT"),
        new("_arrived_at", "TIMESTAMPTZ"),
        new("_file_hash", "VARCHAR"),
        new("_header", "VARCHAR"),
    ];

    public static IReadOnlyList<TableColumn> Of(ContractTable table, IEnumerable<string> constants)
    {
        var given = constants.ToHashSet(StringComparer.Ordinal);
        var columns = table.Columns.Select(c => Source.FirstOrDefault(s => s.Name == c.ColumnName)
            ?? new TableColumn(c.ColumnName, given.Contains(c.ColumnName) ? ConstantType(c) : "VARCHAR")).ToList();
        var names = columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        columns.AddRange(Source.Where(s => names.Add(s.Name)));
        columns.AddRange(table.SchemaEvolution is SchemaEvolution.Evolve && names.Add(Extra) ? [new TableColumn(Extra, "VARCHAR")] : Array.Empty<TableColumn>());
        columns.AddRange(given.Where(names.Add).Select(name => new TableColumn(name, "VARCHAR")));
        return columns;
    }

    /// <summary>Columns that tell where a row came from.</summary>
    public static IEnumerable<string> SourceNames => Source.Select(s => s.Name);

    public static bool IsSource(string name) => name == Extra || Source.Any(s => s.Name == name);

    private static string ConstantType(ContractColumn column) => column.LogicalType switch
    {
        LogicalType.Date => "DATE",
        LogicalType.Timestamp => "TIMESTAMPTZ",
        LogicalType.Time => "TIME",
        LogicalType.Integer => "BIGINT",
        LogicalType.Number => "DOUBLE",
        LogicalType.Boolean => "BOOLEAN",
        _ => "VARCHAR",
    };
}
