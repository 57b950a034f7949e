using System.Text.Json;

namespace Orchestrator.Pipelines.Models;

/// <summary>Walks the engine's serialised syntax tree of one query and collects the names that it uses.</summary>
internal sealed class ModelWalker
{
    /// <summary>Functions whose value depends on the moment, on chance or on the session; as column names some need no parentheses.</summary>
    private static readonly HashSet<string> VolatileFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "now", "today", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "get_current_time", "get_current_timestamp",
        "transaction_timestamp", "current_localtime", "current_localtimestamp", "random", "setseed", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "nextval", "currval",
        "txid_current", "getvariable", "current_setting", "sleep_ms", "write_log", "getenv", "json_execute_serialized_sql",
    };

    private static readonly HashSet<string> VolatileKeywords = new(StringComparer.OrdinalIgnoreCase)
    {
        "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
    };

    public List<TableUse> Tables { get; } = [];

    public List<NameUse> TableFunctions { get; } = [];

    public List<NameUse> Volatile { get; } = [];

    /// <summary>Whether the query describes or lists things in place of reading rows.</summary>
    public bool IsDescription { get; private set; }

    public void Walk(JsonElement element) => Walk(element, []);

    private void Walk(JsonElement element, IReadOnlyCollection<string> ctes)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Walk(item, ctes);
            }
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (element.TryGetProperty("cte_map", out var map) && map.TryGetProperty("map", out var entries))
        {
            ctes = [.. ctes, .. entries.EnumerateArray().Select(e => e.GetProperty("key").GetString()!)];
        }

        Collect(element, ctes);
        foreach (var property in element.EnumerateObject())
        {
            Walk(property.Value, ctes);
        }
    }

    private void Collect(JsonElement node, IReadOnlyCollection<string> ctes)
    {
        switch (Text(node, "type"))
        {
            case "BASE_TABLE":
                var (schema, table) = (Text(node, "schema_name"), Text(node, "table_name"));
                if (Text(node, "catalog_name") is { Length: > 0 } catalog)
                {
                    schema = $"{catalog}.{schema}";
                }

                if (schema.Length > 0 || !ctes.Contains(table, StringComparer.OrdinalIgnoreCase))
                {
                    Tables.Add(new TableUse(schema, table, Offset(node)));
                }

                break;
            case "TABLE_FUNCTION" when node.TryGetProperty("function", out var function):
                TableFunctions.Add(new NameUse(Text(function, "function_name"), Offset(node)));
                break;
            case "SHOW_REF":
                IsDescription = true;
                break;
            case "FUNCTION" when VolatileFunctions.Contains(Text(node, "function_name")):
                Volatile.Add(new NameUse(Text(node, "function_name"), Offset(node)));
                break;
            case "COLUMN_REF" when node.GetProperty("column_names") is { ValueKind: JsonValueKind.Array } names && names.GetArrayLength() == 1 && VolatileKeywords.Contains(names[0].GetString()!):
                Volatile.Add(new NameUse(names[0].GetString()!, Offset(node)));
                break;
        }
    }

    private static string Text(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>The engine writes its largest number where it knows no place.</summary>
    private static long Offset(JsonElement node) =>
        node.TryGetProperty("query_location", out var value) && value.TryGetInt64(out var offset) ? offset : 0;
}
