using System.Globalization;

namespace Temporal.Grpc.Wire;

/// <summary>The <c>grpc-timeout</c> header: one to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;
    private const long NanosecondsPerTick = 100;

    // From the finest to the coarsest; a value is written in the first unit that has room for it.
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>Parses a header value; nanoseconds round up to a tick, so only a real zero is zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > MaxDigits + 1
            || !long.TryParse(value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        long ticks;
        switch (value[^1])
        {
            case 'n': ticks = DivideUp(number, NanosecondsPerTick); break;
            case 'u': ticks = number * TimeSpan.TicksPerMicrosecond; break;
            case 'm': ticks = number * TimeSpan.TicksPerMillisecond; break;
            case 'S': ticks = number * TimeSpan.TicksPerSecond; break;
            case 'M': ticks = number * TimeSpan.TicksPerMinute; break;
            case 'H': ticks = number * TimeSpan.TicksPerHour; break;
            default: return false;
        }

        timeout = new TimeSpan(ticks);
        return true;
    }

    /// <summary>Writes a timeout, rounded up to the unit that fits; nothing left is written as the shortest time there is.</summary>
    public static string Format(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return "1n";
        }

        if (timeout.Ticks % TimeSpan.TicksPerMicrosecond != 0 && timeout.Ticks <= MaxValue / NanosecondsPerTick)
        {
            return Format(timeout.Ticks * NanosecondsPerTick, 'n');
        }

        foreach (var (unit, ticks) in Units)
        {
            var number = DivideUp(timeout.Ticks, ticks);
            if (number <= MaxValue)
            {
                return Format(number, unit);
            }
        }

        return Format(MaxValue, 'H');
    }

    private static string Format(long number, char unit) => string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");

    private static long DivideUp(long value, long by) => (value / by) + (value % by == 0 ? 0 : 1);
}
