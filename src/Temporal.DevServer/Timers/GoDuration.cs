using System.Globalization;

namespace Temporal.DevServer.Timers;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>250ms</c>.</summary>
internal static class GoDuration
{
    /// <summary>Parses the text or raises <see cref="FormatException"/>.</summary>
    public static TimeSpan Parse(string text)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return TimeSpan.Zero;
        }

        if (rest.IsEmpty)
        {
            throw new FormatException($"invalid duration \"{text}\"");
        }

        var ticks = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0)
            {
                throw new FormatException($"invalid duration \"{text}\"");
            }

            var value = decimal.Parse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var unitEnd = rest.IndexOfAny("0123456789.");
            var unit = unitEnd < 0 ? rest : rest[..unitEnd];
            ticks += value * unit switch
            {
                "ns" => 0.01m,
                "us" or "µs" => 10m,
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                _ => throw new FormatException($"invalid duration \"{text}\""),
            };
            rest = rest[unit.Length..];
        }

        return TimeSpan.FromTicks((long)(negative ? -ticks : ticks));
    }
}
