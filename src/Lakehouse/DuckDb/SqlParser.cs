using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Lakehouse.DuckDb;

/// <summary>Parses SQL with DuckDB's own parser (<c>json_serialize_sql</c>): nothing is bound or run, any table name will do.</summary>
public static class SqlParser
{
    /// <summary>Functions that are called by their name alone; the parser cannot tell them from columns.</summary>
    private static readonly HashSet<string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
    };

    /// <summary>A pipeline's models are parsed at each of their runs; more texts than this are no models.</summary>
    private const int Remembered = 512;

    private static readonly ConcurrentDictionary<string, SqlModel> Parsed = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private static DuckDbConnection? s_connection;

    /// <summary>Parses exactly one SELECT.</summary>
    /// <exception cref="SqlSyntaxException">It does not parse, is not a SELECT, or is more or less than one statement.</exception>
    public static SqlModel Parse(string sql)
    {
        if (Parsed.TryGetValue(sql, out var known))
        {
            return known;
        }

        var model = ParseAnew(sql);
        if (Parsed.Count >= Remembered)
        {
            Parsed.Clear();
        }

        return Parsed[sql] = model;
    }

    private static SqlModel ParseAnew(string sql)
    {
        using var document = JsonDocument.Parse(Ask("SELECT json_serialize_sql($sql::VARCHAR)", sql));
        var root = document.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            var position = root.TryGetProperty("position", out var at) && int.TryParse(at.GetString(), CultureInfo.InvariantCulture, out var number) ? CharacterOffset(sql, number) : -1;
            throw new SqlSyntaxException(root.GetProperty("error_message").GetString()!, position);
        }

        var statements = root.GetProperty("statements");
        if (statements.GetArrayLength() != 1)
        {
            throw new SqlSyntaxException($"Expected one SELECT, seen {statements.GetArrayLength()} statements.", -1);
        }

        var walk = new Walk(sql);
        walk.Visit(statements[0], new HashSet<string>());
        return new SqlModel
        {
            Sql = sql,
            Tables = [.. walk.Tables.OrderBy(t => t.Position)],
            TableFunctions = [.. walk.TableFunctions.OrderBy(f => f.Position)],
            Functions = [.. walk.Functions.Except(walk.TableFunctions).OrderBy(f => f.Position)],
            Oversized = [.. walk.Oversized.OrderBy(f => f.Position)],
            Canonical = Ask("SELECT json_deserialize_sql(json_serialize_sql($sql::VARCHAR))", sql),
            Parameters = [.. walk.Parameters.Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The parser's own tree of a text that <see cref="Parse"/> takes: the node of its one SELECT.</summary>
    internal static JsonDocument Tree(string sql)
    {
        Parse(sql);
        return JsonDocument.Parse(Ask("SELECT json_serialize_sql($sql::VARCHAR)->'$.statements[0].node'", sql), new JsonDocumentOptions { MaxDepth = 4096 });
    }

    /// <summary>Names of the engine's aggregate functions, in lower case.</summary>
    internal static IReadOnlySet<string> Aggregates => AggregateNames.Value;

    private static readonly Lazy<IReadOnlySet<string>> AggregateNames = new(() =>
        Ask("SELECT string_agg(DISTINCT lower(function_name), ' ') FROM duckdb_functions() WHERE function_type = 'aggregate' AND $sql = ''", "").Split(' ').ToHashSet(StringComparer.Ordinal));

    private static string Ask(string question, string sql)
    {
        lock (Gate)
        {
            s_connection ??= DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 }).Connect();
            return s_connection.Scalar<string>(question, new Dictionary<string, object?> { ["sql"] = sql })!;
        }
    }

    /// <summary>The parser counts bytes of UTF-8.</summary>
    private static int CharacterOffset(string sql, int bytes)
    {
        var characters = 0;
        foreach (var rune in sql.EnumerateRunes())
        {
            if (bytes <= 0)
            {
                break;
            }

            bytes -= rune.Utf8SequenceLength;
            characters += rune.Utf16SequenceLength;
        }

        return characters;
    }

    private sealed class Walk(string sql)
    {
        public List<SqlTableReference> Tables { get; } = [];

        public List<SqlReference> TableFunctions { get; } = [];

        public List<SqlReference> Functions { get; } = [];

        public List<SqlReference> Oversized { get; } = [];

        public HashSet<string> Parameters { get; } = new(StringComparer.Ordinal);

        /// <summary>Visits every node; <paramref name="scope"/> holds the names that WITH clauses around it define.</summary>
        public void Visit(JsonElement node, IReadOnlySet<string> scope)
        {
            if (node.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in node.EnumerateArray())
                {
                    Visit(item, scope);
                }
            }
            else if (node.ValueKind == JsonValueKind.Object)
            {
                Note(node, scope);
                var inner = VisitCommonTables(node, scope);
                foreach (var property in node.EnumerateObject().Where(p => p.Name != "cte_map"))
                {
                    Visit(property.Value, inner);
                }
            }
        }

        /// <summary>Each common table sees those before it, and itself when it is recursive; the query sees all.</summary>
        private IReadOnlySet<string> VisitCommonTables(JsonElement node, IReadOnlySet<string> scope)
        {
            if (!node.TryGetProperty("cte_map", out var ctes) || !ctes.TryGetProperty("map", out var map) || map.GetArrayLength() == 0)
            {
                return scope;
            }

            var inner = new HashSet<string>(scope, StringComparer.OrdinalIgnoreCase);
            foreach (var entry in map.EnumerateArray())
            {
                var name = entry.GetProperty("key").GetString()!;
                var body = entry.GetProperty("value");
                Visit(body, IsRecursive(body) ? new HashSet<string>(inner, StringComparer.OrdinalIgnoreCase) { name } : inner);
                inner.Add(name);
            }

            return inner;
        }

        private static bool IsRecursive(JsonElement cte) =>
            cte.TryGetProperty("query", out var query) && query.TryGetProperty("node", out var node)
            && node.TryGetProperty("type", out var type) && type.GetString() == "RECURSIVE_CTE_NODE";

        private void Note(JsonElement node, IReadOnlySet<string> scope)
        {
            switch (node.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null)
            {
                case "BASE_TABLE":
                    NoteTable(node, scope);
                    break;
                case "TABLE_FUNCTION":
                    TableFunctions.Add(new SqlReference(FunctionName(node.GetProperty("function")), Position(node)));
                    break;
                case "SHOW_REF" when node.TryGetProperty("query", out var shown) && shown.ValueKind == JsonValueKind.Null:
                    // SHOW without a query of its own lists what is in the instance.
                    TableFunctions.Add(new SqlReference($"show {node.GetProperty("table_name").GetString()!.Trim('"')}", Position(node)));
                    break;
                case "FUNCTION" when !(node.TryGetProperty("is_operator", out var isOperator) && isOperator.GetBoolean()):
                    NoteFunction(node);
                    break;
                case { } window when window.StartsWith("WINDOW_", StringComparison.Ordinal):
                    Functions.Add(new SqlReference(FunctionName(node), Position(node)));
                    break;
                case "COLUMN_REF" when node.GetProperty("column_names") is var names && names.GetArrayLength() == 1 && Keywords.Contains(names[0].GetString()!):
                    Functions.Add(new SqlReference(names[0].GetString()!.ToLowerInvariant(), Position(node)));
                    break;
                case "VALUE_PARAMETER":
                    Parameters.Add(node.GetProperty("identifier").GetString()!);
                    break;
                default:
                    // Other nodes refer to nothing outside the text.
                    break;
            }
        }

        private void NoteFunction(JsonElement node)
        {
            var function = new SqlReference(FunctionName(node), Position(node));
            Functions.Add(function);
            if (SandboxFunctions.SizeArgument(function.Name) is { } index
                && node.GetProperty("children").EnumerateArray().Where((_, i) => index < 0 || i == index).Any(IsOversized))
            {
                Oversized.Add(function);
            }
        }

        /// <summary>A constant too large, also behind a sign, a cast or in a product; what is only known from rows is not seen.</summary>
        private static bool IsOversized(JsonElement node) => Constant(node) is { } size && Math.Abs(size) > SqlModel.GreatestValue;

        private static double? Constant(JsonElement node) => (node.TryGetProperty("type", out var type) ? type.GetString() : null) switch
        {
            "VALUE_CONSTANT" => node.GetProperty("value").TryGetProperty("value", out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.Number => value.GetDouble(),
                    JsonValueKind.String => double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number) ? number : null,
                    JsonValueKind.Object => double.MaxValue,
                    _ => null,
                }
                : null,
            "OPERATOR_CAST" => Constant(node.GetProperty("child")),
            "FUNCTION" => Computed(FunctionName(node), [.. node.GetProperty("children").EnumerateArray().Select(Constant)]),
            _ => null,
        };

        private static double? Computed(string name, double?[] arguments) => (name, arguments) switch
        {
            ("*", [{ } a, { } b]) => a * b,
            ("+", [{ } a, { } b]) => a + b,
            ("-", [{ } a, { } b]) => a - b,
            ("-", [{ } a]) => a,
            ("**" or "^" or "pow" or "power", [{ } a, { } b]) => Math.Pow(a, b),
            _ => null,
        };

        private static string FunctionName(JsonElement function) =>
            function.TryGetProperty("function_name", out var given) ? given.GetString()!.ToLowerInvariant() : "?";

        private void NoteTable(JsonElement node, IReadOnlySet<string> scope)
        {
            string[] parts = [node.GetProperty("catalog_name").GetString()!, node.GetProperty("schema_name").GetString()!, node.GetProperty("table_name").GetString()!];
            if (parts[0].Length == 0 && parts[1].Length == 0 && scope.Contains(parts[2]))
            {
                return;
            }

            Tables.Add(new SqlTableReference(string.Join('.', parts.Where(p => p.Length > 0)), Position(node), Version(node)));
        }

        private long? Version(JsonElement node)
        {
            if (!node.TryGetProperty("at_clause", out var at) || at.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            return string.Equals(at.GetProperty("unit").GetString(), "version", StringComparison.OrdinalIgnoreCase)
                && at.GetProperty("expr").TryGetProperty("value", out var constant)
                && constant.GetProperty("value") is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var version)
                ? version
                : throw new SqlSyntaxException("AT takes a version here: AT (VERSION => 3).", Position(node));
        }

        private int Position(JsonElement node) =>
            node.TryGetProperty("query_location", out var at) && at.TryGetInt32(out var bytes) ? CharacterOffset(sql, bytes) : -1;
    }
}
