namespace Orchestrator.Catalog.Storage;

/// <summary>What an insert does with rows whose key is there. In expressions <c>t</c> is the row that is there and <c>excluded</c> the new one.</summary>
internal sealed record Upsert
{
    /// <summary>Rows that are there stay as they are.</summary>
    public static Upsert KeepFirst { get; } = new() { Only = [] };

    /// <summary>The new row takes the place of the old one.</summary>
    public static Upsert Replace { get; } = new();

    /// <summary>The new row takes the place of the old one unless a later epoch wrote that.</summary>
    public static Upsert ByEpoch { get; } = new() { When = "t.epoch <= excluded.epoch" };

    /// <summary>When the row is changed at all; null for always.</summary>
    public string? When { get; init; }

    /// <summary>The columns that change; null for all.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>Columns that never change.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Columns whose new value is not simply that of the new row.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    public bool Changes(string column) => (Only is null || Only.Contains(column)) && !Except.Contains(column);

    public string Value(string column) => Values.GetValueOrDefault(column, "excluded." + column);
}
