using System.Collections.Concurrent;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>
/// The time zones of this machine by their IANA names. Files are read as they are, because the rules of the real server follow them to the
/// second, where the platform's own zones round and merge.
/// </summary>
internal sealed class TimeZoneDatabase
{
    private readonly ConcurrentDictionary<string, TimeZoneRules> _known = new(StringComparer.Ordinal);
    private readonly string[] _folders;

    /// <summary>Looks for zones in these folders, in this order.</summary>
    public TimeZoneDatabase(params string[] folders) => _folders = folders;

    /// <summary>The folder that <c>ZONEINFO</c> names, then the places where systems keep the tz database.</summary>
    public static TimeZoneDatabase System { get; } = new(
        [.. new[] { Environment.GetEnvironmentVariable("ZONEINFO"), "/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo" }.OfType<string>()]);

    /// <summary>The zone of a name; empty is UTC and <c>Local</c> the machine's own.</summary>
    /// <exception cref="FormatException">There is no such zone; the message is the one of Go.</exception>
    public TimeZoneRules Find(string name) => name switch
    {
        "" or "UTC" => TimeZoneRules.Utc,
        "Local" => Local(),
        _ => _known.GetOrAdd(name, Load),
    };

    private TimeZoneRules Local()
    {
        const string File = "/etc/localtime";
        var name = Environment.GetEnvironmentVariable("TZ")?.TrimStart(':');
        return name is { Length: > 0 } ? Find(name) : global::System.IO.File.Exists(File) ? TzifRules.Parse(global::System.IO.File.ReadAllBytes(File)) : TimeZoneRules.Utc;
    }

    private TzifRules Load(string name)
    {
        if (name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException("time: invalid location name");
        }

        if (_folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } file)
        {
            return TzifRules.Parse(File.ReadAllBytes(file));
        }

        throw new FormatException(_folders.Any(Directory.Exists)
            ? $"unknown time zone {name}"
            : $"unknown time zone {name}: this machine has no time zone database. Help: install the package 'tzdata' or name its folder in ZONEINFO.");
    }
}
