namespace Temporalio.Common.EnvConfig;

/// <summary>The environment variables that configuration reads: given ones, or the process's.</summary>
internal sealed class ConfigVariables(IReadOnlyDictionary<string, string>? given)
{
    /// <summary>All variables whose names begin with a text.</summary>
    internal IEnumerable<KeyValuePair<string, string>> StartingWith(string prefix) =>
        (given ?? Process()).Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal);

    /// <summary>A variable, null when not set. An empty one is set.</summary>
    internal string? Get(string name) => given is null ? Environment.GetEnvironmentVariable(name) : given.GetValueOrDefault(name);

    /// <summary>A variable that is set and not empty.</summary>
    internal string? Filled(string name) => Get(name) is { Length: > 0 } value ? value : null;

    /// <summary>The file to read when none is given; null when the system has no folder for it.</summary>
    internal string? DefaultFile() => Filled("TEMPORAL_CONFIG_FILE") ?? (Folder() is { } folder ? Path.Combine(folder, "temporalio", "temporal.toml") : null);

    /// <summary>The system's folder for configuration; the given variables need not name it.</summary>
    private string? Folder()
    {
        if (OperatingSystem.IsWindows())
        {
            return Place("APPDATA");
        }

        var home = Place("HOME");
        return OperatingSystem.IsMacOS()
            ? home is null ? null : Path.Combine(home, "Library", "Application Support")
            : Filled("XDG_CONFIG_HOME") is { } xdg ? xdg
            : given is not null && Filled("HOME") is not null ? Path.Combine(home!, ".config")
            : Place("XDG_CONFIG_HOME") ?? (home is null ? null : Path.Combine(home, ".config"));
    }

    private string? Place(string name) => Filled(name) ?? (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null);

    private static IEnumerable<KeyValuePair<string, string>> Process() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(v => KeyValuePair.Create((string)v.Key, (string)v.Value!));
}
