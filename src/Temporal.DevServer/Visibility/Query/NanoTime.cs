using System.Globalization;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>A UTC time to the nanosecond, as search attributes of type Datetime hold it.</summary>
/// <param name="Ticks">100 ns since 0001-01-01T00:00:00Z.</param>
/// <param name="Nanos">What is left below 100 ns.</param>
internal readonly record struct NanoTime(long Ticks, int Nanos = 0) : IComparable<NanoTime>
{
    /// <summary>Whole microseconds since 0001-01-01T00:00:00Z: the precision of a run's own times.</summary>
    public long Micros => Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time that many nanoseconds after the Unix epoch.</summary>
    public static NanoTime FromUnixNanos(long nanos)
    {
        var (ticks, rest) = Math.DivRem(nanos, 100);
        return rest < 0
            ? new(DateTime.UnixEpoch.Ticks + ticks - 1, (int)rest + 100)
            : new(DateTime.UnixEpoch.Ticks + ticks, (int)rest);
    }

    /// <summary>Reads RFC 3339 with a zone, as strictly as the real server: no date alone, no blanks, no lower-case letters.</summary>
    public static bool TryParse(string text, out NanoTime time)
    {
        time = default;
        var zone = text.EndsWith('Z') ? text.Length - 1 : text.Length - 6;
        if (zone < 19 || !DateTime.TryParseExact(text[..19], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ||
            !TryOffset(text[zone..], out var offset))
        {
            return false;
        }

        var ticks = local.Ticks - offset;
        var nanos = 0;
        var fraction = text.AsSpan(19, zone - 19);
        if (fraction.Length > 0)
        {
            if (fraction.Length == 1 || fraction[0] is not ('.' or ',') || fraction[1..].ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            for (var i = 1; i <= 9; i++)
            {
                nanos = (nanos * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
            }
        }

        time = new(ticks + (nanos / 100), nanos % 100);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(NanoTime other) => Ticks == other.Ticks ? Nanos.CompareTo(other.Nanos) : Ticks.CompareTo(other.Ticks);

    /// <summary>RFC 3339 in UTC with as many digits of the second as it needs.</summary>
    public override string ToString()
    {
        var fraction = (((Ticks % TimeSpan.TicksPerSecond) * 100) + Nanos).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return new DateTime(Ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) +
            (fraction.Length > 0 ? "." + fraction : "") + "Z";
    }

    private static bool TryOffset(string zone, out long ticks)
    {
        ticks = 0;
        if (zone == "Z")
        {
            return true;
        }

        if (zone[0] is not ('+' or '-') || !TimeSpan.TryParseExact(zone[1..], "hh':'mm", CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }

        ticks = zone[0] == '-' ? -offset.Ticks : offset.Ticks;
        return true;
    }
}
