using System.Globalization;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>The rule for all years to come, as POSIX writes it: <c>EST5EDT,M3.2.0,M11.1.0</c>.</summary>
internal sealed partial class PosixRule
{
    private const string Name = "(?:[A-Za-z]{3,}|<[^>]+>)";
    private const string Clock = @"[+-]?\d{1,3}(?::\d\d){0,2}";
    private const string Day = $@"(?:M(?:1[0-2]|[1-9])\.[1-5]\.[0-6]|J?\d{{1,3}})(?:/{Clock})?";
    private readonly long _standard;
    private readonly long _summer;
    private readonly Change? _start;
    private readonly Change? _end;

    private PosixRule(long standard, long summer, Change? start, Change? end) => (_standard, _summer, _start, _end) = (standard, summer, start, end);

    /// <summary>Reads the rule; null for an empty text and one that is no rule.</summary>
    public static PosixRule? TryParse(string text)
    {
        var match = Rule().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var standard = -Seconds(match.Groups["std"].Value);
        if (!match.Groups["dst"].Success)
        {
            return new(standard, standard, null, null);
        }

        var shift = match.Groups["shift"].Value;
        return new(
            standard,
            shift.Length == 0 ? standard + 3600 : -Seconds(shift),
            Change.Parse(match.Groups["start"].Value),
            Change.Parse(match.Groups["end"].Value));
    }

    /// <summary>The offset at an instant.</summary>
    public long OffsetAt(long instant)
    {
        if (_start is null || _end is null)
        {
            return _standard;
        }

        var year = DateTime.UnixEpoch.AddSeconds(instant + _standard).Year;
        var into = instant + _standard - Seconds(new DateTime(year, 1, 1));
        var start = _start.SecondsInto(year);
        var end = _end.SecondsInto(year) - (_summer - _standard); // written on the summer clock
        var isSummer = start < end ? into >= start && into < end : into >= start || into < end;
        return isSummer ? _summer : _standard;
    }

    private static long Seconds(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    private static long Seconds(string clock)
    {
        var negative = clock.StartsWith('-');
        var parts = clock.TrimStart('+', '-').Split(':').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var seconds = (parts[0] * 3600) + (parts.ElementAtOrDefault(1) * 60) + parts.ElementAtOrDefault(2);
        return negative ? -seconds : seconds;
    }

    [GeneratedRegex($@"^{Name}(?<std>{Clock})(?<dst>{Name}(?<shift>{Clock})?,(?<start>{Day}),(?<end>{Day}))?$")]
    private static partial Regex Rule();

    /// <summary>A day of the year and a time of it.</summary>
    private sealed record Change(char Form, int Month, int Week, int Day, long Time)
    {
        public static Change Parse(string text)
        {
            var parts = text.Split('/');
            var time = parts.Length > 1 ? Seconds(parts[1]) : 2 * 3600;
            if (parts[0].StartsWith('M'))
            {
                var numbers = parts[0][1..].Split('.').Select(Number).ToArray();
                return new('M', numbers[0], numbers[1], numbers[2], time);
            }

            return parts[0].StartsWith('J') ? new('J', 0, 0, Number(parts[0][1..]), time) : new('0', 0, 0, Number(parts[0]), time);
        }

        /// <summary>Seconds from the start of the year.</summary>
        public long SecondsInto(int year)
        {
            var day = Form switch
            {
                'M' => DayOfMonthRule(year),
                'J' => Day - 1 + (DateTime.IsLeapYear(year) && Day >= 60 ? 1 : 0),
                _ => Day,
            };
            return (day * 86400L) + Time;
        }

        private int DayOfMonthRule(int year)
        {
            var first = new DateTime(year, Month, 1);
            var day = 1 + ((Day - (int)first.DayOfWeek + 7) % 7) + ((Week - 1) * 7);
            return first.DayOfYear - 1 + (day > DateTime.DaysInMonth(year, Month) ? day - 7 : day) - 1;
        }

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
