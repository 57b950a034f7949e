using System.Globalization;

namespace Orchestrator.Workflows;

/// <summary>A time of day, UTC, as <c>22:00-06:00</c>.</summary>
internal static class QuietHours
{
    /// <summary>Its bounds; null for null.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static (TimeOnly From, TimeOnly To)? Parse(string? text) => text is null ? null
        : text.Split('-') is [var from, var to]
            && TimeOnly.TryParseExact(from.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            && TimeOnly.TryParseExact(to.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            ? (first, last)
            : throw new FormatException($"Quiet hours '{text}': expected a time of day such as 22:00-06:00 (UTC).");
}
