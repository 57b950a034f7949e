using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Quality;
using Lakehouse.Tables;

namespace Orchestrator.Pipelines.Models;

/// <summary>
/// An engine instance that holds no data: runs models on empty or stub tables made from contracts. Small on purpose, as
/// it judges texts and fixtures, never real tables.
/// </summary>
internal sealed class ModelEngine : IDisposable
{
    private readonly DuckDbDatabase _database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimitBytes = 512_000_000, Threads = 1 });
    private readonly DuckDbConnection _connection;

    public ModelEngine()
    {
        _connection = _database.Connect();

        // Faults then come with their place and the nearest names. A model under test touches no file.
        _connection.Execute("SET errors_as_json = true; CREATE SCHEMA bronze; CREATE SCHEMA bronze_restricted; CREATE SCHEMA silver; CREATE SCHEMA gold; SET enable_external_access = false; SET lock_configuration = true;");
    }

    /// <summary>Whether a column can have this type.</summary>
    public bool IsType(string type)
    {
        if (type.Length == 0)
        {
            return false;
        }

        try
        {
            _connection.Query($"SELECT CAST(NULL AS {type})");
            return true;
        }
        catch (DuckDbException)
        {
            // The engine's refusal is the answer.
            return false;
        }
    }

    /// <summary>Whether a text as a value of a type reads the same again.</summary>
    public bool Keeps(string text, string type) => Query($"SELECT CAST(TRY_CAST({SqlIdentifier.Literal(text)} AS {type}) AS VARCHAR)").Rows[0][0] is string again && again == text;

    /// <summary>Makes tables without rows, in place of those of the same name.</summary>
    public void CreateTables(IEnumerable<(string Name, ContractTable Schema)> tables)
    {
        foreach (var (name, schema) in tables)
        {
            _connection.Execute($"CREATE OR REPLACE TABLE {SqlIdentifier.QuoteQualified(name)} ({Columns(schema)})");
        }
    }

    /// <summary>Makes the table <c>expected</c>, without rows.</summary>
    public void CreateExpected(ContractTable schema) => _connection.Execute($"CREATE OR REPLACE TEMP TABLE expected ({Columns(schema)})");

    /// <summary>The columns that a contract promises, with the engine's names of their types.</summary>
    public IReadOnlyList<(string Name, string Type)> ColumnsOf(ContractTable schema) => Named(schema.Columns.Select(c => new TableColumn(c.ColumnName, ColumnTypes.Of(c))));

    /// <summary>Columns with the engine's names of their types.</summary>
    public IReadOnlyList<(string Name, string Type)> Named(IEnumerable<TableColumn> columns)
    {
        _connection.Execute($"CREATE OR REPLACE TEMP TABLE promised ({string.Join(", ", columns.Select(c => $"{SqlIdentifier.Quote(c.Name)} {c.SqlType}"))})");
        return _connection.Describe("promised");
    }

    /// <summary>The contract's own rules that no row could ever be held against, each with its line in the contract.</summary>
    public IReadOnlyList<(int Line, string Rule, string Why)> RuleFaults(ContractTable schema)
    {
        if (schema.Quality.Count == 0 && schema.Columns.All(c => c.Quality.Count == 0 && c.Options.Format is null))
        {
            return [];
        }

        // What the contract leaves out is not there when rows are checked.
        var kept = schema.Columns.Where(c => c.Privacy is not { Handling: ColumnHandling.Drop }).Select(c => $"{SqlIdentifier.Quote(c.ColumnName)} {ColumnTypes.Of(c)}");
        _connection.Execute($"CREATE OR REPLACE TEMP TABLE promised ({string.Join(", ", kept)})");
        return [.. ContractPlan.Compile(schema, _connection, "promised").RuleFaults(_connection, "promised", e => FaultOf(e, 0).Message)];
    }

    /// <summary>The columns that a query makes of the tables created before; null with the reason when it cannot run.</summary>
    public IReadOnlyList<(string Name, string Type)>? ColumnsOf(string sql, IReadOnlyDictionary<string, object> parameters, [NotNullWhen(false)] out ModelFault? fault) =>
        Make(sql, " WITH NO DATA", parameters, out fault) ? _connection.Describe("made") : null;

    /// <summary>Runs a query into the table <c>made</c>, its rows numbered in the column <c>rowid</c>; false with the reason when it fails.</summary>
    public bool Materialise(string sql, IReadOnlyDictionary<string, object> parameters, [NotNullWhen(false)] out ModelFault? fault) => Make(sql, "", parameters, out fault);

    /// <summary>Runs a statement of ours.</summary>
    public void Execute(string sql, IReadOnlyDictionary<string, object?>? parameters = null) => _connection.Execute(sql, parameters ?? new Dictionary<string, object?>());

    /// <summary>Runs a query of ours.</summary>
    public DuckDbResult Query(string sql) => _connection.Query(sql);

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    /// <summary>The engine's own account of a failed statement, values included: the rows are the fixture's own. Text that is no JSON is kept as it is.</summary>
    public static ModelFault FaultOf(DuckDbException failure, int prefix)
    {
        var start = failure.EngineMessage.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
        {
            return new ModelFault(failure.EngineMessage.Split('\n')[0], null, [], null);
        }

        try
        {
            using var json = JsonDocument.Parse(failure.EngineMessage[start..]);
            return FaultOf(json.RootElement, prefix);
        }
        catch (JsonException)
        {
            // Not the account that was asked for, but the engine's words all the same.
            return new ModelFault(failure.EngineMessage.Split('\n')[0], null, [], null);
        }
    }

    private bool Make(string sql, string suffix, IReadOnlyDictionary<string, object> parameters, [NotNullWhen(false)] out ModelFault? fault)
    {
        const string Prefix = "CREATE OR REPLACE TEMP TABLE made AS ";
        try
        {
            _connection.Execute(Prefix + sql + suffix, parameters.ToDictionary(p => p.Key, p => (object?)p.Value));
            fault = null;
            return true;
        }
        catch (DuckDbException failure)
        {
            fault = FaultOf(failure, Prefix.Length);
            return false;
        }
    }

    private static ModelFault FaultOf(JsonElement account, int prefix)
    {
        string? Text(string name) => account.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var message = (Text("exception_message") ?? "the engine refuses the query").Split('\n')[0].TrimEnd('!', '.');
        var offset = long.TryParse(Text("position"), CultureInfo.InvariantCulture, out var position) ? Math.Max(0, position - prefix) : (long?)null;
        var candidates = Text("candidates")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return new ModelFault(message, offset, [.. candidates.Take(8)], Text("name"));
    }

    private static string Columns(ContractTable schema) =>
        string.Join(", ", schema.Columns.Select(c => $"{SqlIdentifier.Quote(c.ColumnName)} {ColumnTypes.Of(c)}"));
}
