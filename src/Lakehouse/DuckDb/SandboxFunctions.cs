namespace Lakehouse.DuckDb;

/// <summary>
/// What is known of the engine's functions, judged for the pinned version: a test goes through the engine's own list, so that a newer engine
/// with functions that nobody has judged is noticed.
/// </summary>
internal static class SandboxFunctions
{
    /// <summary>Table functions that read nothing but their arguments. All others are refused.</summary>
    public static readonly HashSet<string> HarmlessTableFunctions = new(StringComparer.Ordinal) { "generate_series", "json_each", "json_tree", "range", "unnest" };

    /// <summary>Functions that act on the instance, hold a thread, or tell about the host, the catalog or the session; a locked instance still runs them.</summary>
    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal)
    {
        // They act on the instance, or hold it.
        "pg_sleep", "setseed", "sleep_ms", "write_log", "nextval", "currval",

        // They run or bind a text that no gate has seen.
        "json_execute_serialized_sql", "json_serialize_plan", "query", "query_table",

        // They tell about the host, the session or the catalog.
        "current_connection_id", "current_database", "current_catalog", "current_query", "current_query_id", "current_schema", "current_schemas", "current_setting",
        "current_transaction_id", "format_type", "get_block_size", "getenv", "getvariable", "in_search_path", "pg_conf_load_time", "pg_get_constraintdef",
        "pg_get_viewdef", "pg_postmaster_start_time", "stats", "txid_current", "version",
    };

    /// <summary>Functions that make a value as large as an argument says, and that argument's index: such values are not counted by the memory limit.</summary>
    private static readonly Dictionary<string, int> Sized = new(StringComparer.Ordinal)
    {
        ["repeat"] = 1, ["lpad"] = 1, ["rpad"] = 1, ["array_resize"] = 1, ["list_resize"] = 1, ["bitstring"] = 1, ["range"] = -1, ["generate_series"] = -1,
    };

    /// <summary>Whether a scalar or aggregate function is refused. The engine's own inner functions read raw memory of the sizes they are told.</summary>
    public static bool IsRefused(string name) => Refused.Contains(name) || name.StartsWith("__internal_", StringComparison.Ordinal);

    /// <summary>Argument that says how large the value becomes; -1 for any of them; null when there is none.</summary>
    public static int? SizeArgument(string name) => Sized.TryGetValue(name, out var index) ? index : null;
}
