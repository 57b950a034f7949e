using Microsoft.Extensions.Logging;

namespace Temporalio.Runtime;

/// <summary>
/// Which messages are forwarded. The text form is that of the official package: levels (<c>TRACE</c>, <c>DEBUG</c>, <c>INFO</c>, <c>WARN</c>,
/// <c>ERROR</c>, <c>OFF</c>) with commas between them, each alone or as <c>target=level</c>. Everything that this SDK logs belongs to the targets
/// whose names begin with <c>temporal</c>.
/// </summary>
public class TelemetryFilterOptions : ICloneable
{
    /// <summary>Creates a filter of levels.</summary>
    /// <param name="core">Least level of the SDK's own messages. Default: warnings.</param>
    /// <param name="other">Least level of others' messages. Default: errors.</param>
    public TelemetryFilterOptions(Level core = Level.Warn, Level other = Level.Error) =>
        FilterString = $"{NameOf(other)},temporal_sdk_core={NameOf(core)},temporal_client={NameOf(core)},temporal_sdk={NameOf(core)}";

    /// <summary>Creates a filter from its text.</summary>
    /// <param name="filterString">The text.</param>
    public TelemetryFilterOptions(string filterString) => FilterString = filterString;

    /// <summary>Levels of messages.</summary>
    public enum Level
    {
        /// <summary>Everything.</summary>
        Trace,

        /// <summary>What helps to find an error.</summary>
        Debug,

        /// <summary>What a person would want to know.</summary>
        Info,

        /// <summary>What went wrong and was coped with.</summary>
        Warn,

        /// <summary>What went wrong.</summary>
        Error,
    }

    /// <summary>The filter as text; null filters everything out.</summary>
    public string? FilterString { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();

    /// <summary>Least level of the SDK's own messages.</summary>
    /// <exception cref="ArgumentException">The text is no filter.</exception>
    internal LogLevel ToLogLevel()
    {
        (LogLevel? everywhere, LogLevel? own) = (null, null);
        foreach (var part in (FilterString ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (target, name) = part.Split('=', 2) is [var left, var right] ? (left, right) : (null, part);
            var level = LevelOf(name);
            if (target is null)
            {
                everywhere = level;
            }
            else if (target.StartsWith("temporal", StringComparison.Ordinal) && (own is null || level < own))
            {
                own = level;
            }
        }

        return own ?? everywhere ?? LogLevel.None;
    }

    private static string NameOf(Level level) => level.ToString().ToUpperInvariant();

    private LogLevel LevelOf(string name) => name.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFO" => LogLevel.Information,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "OFF" => LogLevel.None,
        _ => throw new ArgumentException(
            $"'{name}' in the log filter '{FilterString}' is no level. Help: use TRACE, DEBUG, INFO, WARN, ERROR or OFF, alone or as target=LEVEL."),
    };
}
