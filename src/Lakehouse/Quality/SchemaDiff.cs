using Lakehouse.Contracts;
using Lakehouse.Tables;

namespace Lakehouse.Quality;

/// <summary>The columns that a contract declares against those that are there.</summary>
/// <param name="Missing">Declared columns that are not there, renamed candidates included.</param>
/// <param name="Unexpected">Columns that are there and not declared, renamed candidates included.</param>
/// <param name="Retyped">Columns whose type is not one that the declared type accepts.</param>
/// <param name="Renamed">Missing columns that are probably there under another name.</param>
/// <param name="IsReordered">True when the common columns stand in another order.</param>
public sealed record SchemaDiff(
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<RetypedColumn> Retyped,
    IReadOnlyList<RenameCandidate> Renamed,
    bool IsReordered)
{
    /// <summary>True when nothing that is declared is missing or of another type; more columns or another order do not matter.</summary>
    public bool IsCompatible => Missing.Count == 0 && Retyped.Count == 0;

    /// <summary>Compares a contract's table with the columns that are there. Names differ by more than letter case.</summary>
    /// <param name="declared">The contract's table.</param>
    /// <param name="seen">The columns that are there.</param>
    public static SchemaDiff Compare(ContractTable declared, IReadOnlyList<TableColumn> seen)
    {
        ArgumentNullException.ThrowIfNull(declared);
        ArgumentNullException.ThrowIfNull(seen);
        var byName = seen.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        var names = declared.Columns.Select(c => c.ColumnName).ToList();
        var known = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = names.Where(n => !byName.ContainsKey(n)).ToList();
        var unexpected = seen.Select(c => c.Name).Where(n => !known.Contains(n)).ToList();
        return new SchemaDiff(
            missing,
            unexpected,
            [.. declared.Columns
                .Where(c => byName.TryGetValue(c.ColumnName, out var there) && !SqlTypes.Accepts(c, SqlTypes.Normal(there.SqlType)))
                .Select(c => new RetypedColumn(c.ColumnName, c.PhysicalType ?? c.LogicalType?.ToString().ToLowerInvariant() ?? "", byName[c.ColumnName].SqlType))],
            RenameFinder.Find(names, [.. seen.Select(c => c.Name)], missing, unexpected),
            !names.Where(byName.ContainsKey).SequenceEqual(seen.Select(c => c.Name).Where(known.Contains), StringComparer.OrdinalIgnoreCase));
    }
}
