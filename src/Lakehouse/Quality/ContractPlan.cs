using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Raw;
using Lakehouse.Tables;

namespace Lakehouse.Quality;

/// <summary>
/// A contract's table compiled to SQL for a relation of given columns: all row rules in one scan, the checks of the whole beside it.
/// Immutable; one plan can run over any number of relations of the same shape.
/// </summary>
public sealed partial class ContractPlan
{
    // Function of the host that hides what looks personal in texts that nobody has classified.
    private const string Redact = "lake_redact";

    private readonly ContractTable _table;
    private readonly IReadOnlyList<CompiledCheck> _checks;
    private readonly IReadOnlyList<TableColumn> _columns;

    private ContractPlan(ContractTable table, IReadOnlyList<TableColumn> columns, IReadOnlyList<CompiledCheck> checks)
    {
        _table = table;
        _columns = columns;
        _checks = checks;
        Schema = SchemaDiff.Compare(table, columns);
    }

    /// <summary>The declared columns against those that are there.</summary>
    public SchemaDiff Schema { get; }

    /// <summary>Names of the checks in the contract's order.</summary>
    public IReadOnlyList<string> Rules => [.. _checks.Select(c => c.Rule)];

    /// <summary>True when a check compares with earlier partitions, see <see cref="CheckRequest.History"/>.</summary>
    public bool NeedsHistory => _checks.Any(c => c.Kind is CheckKind.Distribution or CheckKind.Anomaly && c.Verdict is null);

    /// <summary>Names of the tables that a contract's table refers to, as <see cref="Compile(ContractTable, IReadOnlyList{TableColumn}, TextColumns, IReadOnlyDictionary{string, string})"/> wants relations for them.</summary>
    public static IReadOnlyList<string> References(ContractTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return CheckCompiler.Referenced(table);
    }

    /// <summary>Compiles a contract's table for the columns that are there. What does not fit becomes a failed check, not an error.</summary>
    /// <param name="table">The contract's table.</param>
    /// <param name="columns">Columns of the relation, as <see cref="DuckDbConnection.Describe"/> gives them.</param>
    /// <param name="textColumns">What text means where another type is declared. Default: it is the wrong type.</param>
    /// <param name="references">
    /// Relations of the engine by the names that the contract's relationships use for them. Default: none, references are not checked.
    /// </param>
    public static ContractPlan Compile(
        ContractTable table,
        IReadOnlyList<TableColumn> columns,
        TextColumns textColumns = TextColumns.Refuse,
        IReadOnlyDictionary<string, string>? references = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        return new ContractPlan(table, columns, CheckCompiler.Compile(table, columns, textColumns, references ?? new Dictionary<string, string>()));
    }

    /// <summary>Compiles a contract's table for a relation of the engine.</summary>
    /// <param name="table">The contract's table.</param>
    /// <param name="connection">The engine.</param>
    /// <param name="relation">Name of the table or view, unquoted.</param>
    /// <param name="textColumns">What text means where another type is declared. Default: it is the wrong type.</param>
    /// <param name="references">Relations by the names that the contract's relationships use for them. Default: none.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public static ContractPlan Compile(
        ContractTable table,
        DuckDbConnection connection,
        string relation,
        TextColumns textColumns = TextColumns.Refuse,
        IReadOnlyDictionary<string, string>? references = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return Compile(table, [.. connection.Describe(SqlIdentifier.QuoteQualified(relation), cancellationToken).Select(c => new TableColumn(c.Name, c.Type))], textColumns, references);
    }

    /// <summary>
    /// A SELECT of the rows that would be kept aside, with <c>rule</c> (the first broken rule), <c>rules</c> (all of them),
    /// <c>reason</c> and the row's own columns behind.
    /// </summary>
    /// <param name="relation">Name of the table or view, unquoted.</param>
    public string ViolationsSql(string relation)
    {
        var rules = _checks.Where(c => c.Quarantines).ToList();
        return $"SELECT {BrokenRules.First(rules, Offends)} AS rule, {BrokenRules.Names(rules, Offends)} AS rules, {BrokenRules.Reasons(rules, Offends)} AS reason, * FROM {SqlIdentifier.QuoteQualified(relation)} WHERE {BrokenRules.Any(rules, Offends)}";

        static string Offends(CompiledCheck rule) => rule.Offends!;
    }

    /// <summary>The row as JSON; what is classified, or not declared at all, shows only that it is there, and what looks personal elsewhere does too.</summary>
    private string RowJson()
    {
        var declared = _table.Columns.ToDictionary(c => c.ColumnName, StringComparer.OrdinalIgnoreCase);
        var fields = _columns.Select(c =>
        {
            var name = SqlIdentifier.Quote(c.Name);
            var open = declared.TryGetValue(c.Name, out var column) ? !column.IsSensitive : c.Name.StartsWith('_') && c.Name != BronzeColumns.Extra;
            return $"{name} := {(!open ? $"CASE WHEN {name} IS NOT NULL THEN '***' END" : SqlTypes.IsText(c.SqlType) && column is { IsClassified: false } ? $"{Redact}({name})" : name)}";
        });
        return $"CAST(to_json(struct_pack({string.Join(", ", fields)})) AS VARCHAR)";
    }
}
