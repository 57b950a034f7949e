namespace Temporalio.Common.EnvConfig;

/// <summary>A table of a TOML text, in the order of the text.</summary>
internal sealed class TomlTable
{
    private readonly Dictionary<string, TomlValue> _entries = new(StringComparer.Ordinal);

    /// <summary>Whether a header named the table: it cannot be named again.</summary>
    internal bool IsDeclared { get; set; }

    /// <summary>Whether the table is complete: inline tables and those made by dotted keys cannot be opened by a header.</summary>
    internal bool IsClosed { get; set; }

    internal IEnumerable<KeyValuePair<string, TomlValue>> Entries => _entries;

    internal TomlValue? Find(string key) => _entries.GetValueOrDefault(key);

    internal void Add(string key, TomlValue value)
    {
        if (!_entries.TryAdd(key, value))
        {
            throw value.KeyAt.Error($"duplicate key `{key}`");
        }
    }

    /// <summary>The table under a key, made when absent; the newest one when the key holds an array of tables.</summary>
    internal TomlTable Open(string key, TomlPlace at)
    {
        if (Find(key) is not { } found)
        {
            var made = new TomlTable();
            Add(key, new(made, at, at));
            return made;
        }

        return found.Content switch
        {
            TomlTable { IsClosed: false } table => table,
            List<TomlValue> { Count: > 0 } tables when tables[^1].Content is TomlTable { IsClosed: false } last => last,
            _ => throw at.Error($"key `{key}` was already defined as {found.Kind} and cannot be extended"),
        };
    }
}
