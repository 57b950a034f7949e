namespace Temporalio.Common.EnvConfig;

/// <summary>Reads and writes the dictionary forms of the configuration.</summary>
internal static class ConfigDictionary
{
    internal static string? Text(IReadOnlyDictionary<string, object> from, string key) => Get<string>(from, key);

    internal static bool? Flag(IReadOnlyDictionary<string, object> from, string key) => from.GetValueOrDefault(key) is null ? null : Get<object>(from, key) switch
    {
        bool flag => flag,
        var other => throw Wrong<bool>(key, other!),
    };

    internal static IReadOnlyDictionary<string, object>? Table(IReadOnlyDictionary<string, object> from, string key) => Get<IReadOnlyDictionary<string, object>>(from, key);

    /// <summary>A table of texts, whatever its values are declared as.</summary>
    internal static IReadOnlyDictionary<string, string>? Texts(IReadOnlyDictionary<string, object> from, string key) =>
        from.GetValueOrDefault(key) is IReadOnlyDictionary<string, string> texts
            ? texts
            : Table(from, key)?.ToDictionary(p => p.Key, p => p.Value as string ?? throw Wrong<string>($"{key}.{p.Key}", p.Value), StringComparer.Ordinal);

    internal static void Add(Dictionary<string, object> to, string key, object? value)
    {
        if (value is not null)
        {
            to[key] = value;
        }
    }

    private static T? Get<T>(IReadOnlyDictionary<string, object> from, string key)
        where T : class => from.GetValueOrDefault(key) switch
    {
        null => null,
        T value => value,
        var other => throw Wrong<T>(key, other),
    };

    private static ArgumentException Wrong<T>(string key, object seen) => new($"'{key}' of the configuration must be a {typeof(T).Name}, seen: {seen?.GetType().Name ?? "null"}.");
}
