using System.Globalization;

namespace Orchestrator.Pipelines.Scheduling;

/// <summary>
/// Five fields: minute, hour, day of month, month, day of week. Each takes <c>*</c>, numbers, names (<c>jan</c>, <c>mon</c>), ranges, steps and lists;
/// day of month also <c>L</c>, the last one. Where both days are restricted, either one is enough, as cron has always done.
/// Also <c>@hourly</c>, <c>@daily</c>, <c>@weekly</c>, <c>@monthly</c>, <c>@yearly</c>.
/// </summary>
public sealed class CronExpression
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly int[] _minutes;
    private readonly int[] _hours;
    private readonly HashSet<int> _daysOfMonth;
    private readonly HashSet<int> _months;
    private readonly HashSet<int> _daysOfWeek;
    private readonly bool _lastDay;
    private readonly bool _eitherDay;

    private CronExpression(string text, string[] fields)
    {
        Text = text;
        _minutes = [.. Field("minute", fields[0], 0, 59, []).Order()];
        _hours = [.. Field("hour", fields[1], 0, 23, []).Order()];
        var days = fields[2].Split(',');
        _lastDay = days.Contains("l");
        var listed = days.Where(d => d != "l").ToArray();
        _daysOfMonth = listed.Length == 0 ? [] : Field("day of month", string.Join(',', listed), 1, 31, []);
        _months = Field("month", fields[3], 1, 12, Months);
        _daysOfWeek = [.. Field("day of week", fields[4], 0, 7, Days).Select(d => d % 7)];
        _eitherDay = !fields[2].StartsWith('*') && !fields[4].StartsWith('*');
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>Times of a day, in order.</summary>
    internal IEnumerable<(int Hour, int Minute)> TimesOfDay => _hours.SelectMany(_ => _minutes, (hour, minute) => (hour, minute));

    /// <summary>Rules of which each alone is enough for a day.</summary>
    internal IReadOnlyList<Func<DateTime, bool>> DayRules => _eitherDay ? [d => InMonth(d) && ByMonth(d), d => InMonth(d) && ByWeek(d)] : [Matches];

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is none; the message names the field at fault and what it takes. Or it names no day that ever comes.</exception>
    public static CronExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var written = text.Trim().ToLowerInvariant() switch
        {
            "@hourly" => "0 * * * *",
            "@daily" or "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" or "@annually" => "0 0 1 1 *",
            var other => other,
        };
        var fields = written.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            throw new FormatException($"a cron expression has five fields (minute, hour, day of month, month, day of week), not {fields.Length}");
        }

        var cron = new CronExpression(text, fields);
        var leapCycle = new DateTime(2000, 1, 1);
        return Enumerable.Range(0, 28 * 366).Any(d => cron.Matches(leapCycle.AddDays(d))) ? cron : throw new FormatException("no day that ever comes fits the day of month and the month");
    }

    /// <summary>The wall-clock times at which it fires, in order, from one (inclusive) to another (exclusive).</summary>
    public IEnumerable<DateTime> Between(DateTime from, DateTime to)
    {
        for (var day = from.Date; day < to; day = day.AddDays(1))
        {
            if (!Matches(day))
            {
                continue;
            }

            foreach (var hour in _hours)
            {
                foreach (var minute in _minutes)
                {
                    var time = day.AddHours(hour).AddMinutes(minute);
                    if (time >= from && time < to)
                    {
                        yield return time;
                    }
                }
            }
        }
    }

    /// <summary>The expression as it was written.</summary>
    public override string ToString() => Text;

    private bool Matches(DateTime day) => InMonth(day) && (_eitherDay ? ByMonth(day) || ByWeek(day) : ByMonth(day) && ByWeek(day));

    private bool InMonth(DateTime day) => _months.Contains(day.Month);

    private bool ByMonth(DateTime day) => _daysOfMonth.Contains(day.Day) || (_lastDay && day.Day == DateTime.DaysInMonth(day.Year, day.Month));

    private bool ByWeek(DateTime day) => _daysOfWeek.Contains((int)day.DayOfWeek);

    private static HashSet<int> Field(string name, string text, int least, int most, string[] words)
    {
        var values = new HashSet<int>();
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var r] => (r, 1),
                [var r, var s] when int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 => (r, n),
                _ => throw Wrong(name, part, least, most),
            };
            var (first, last) = range.Split('-') switch
            {
                ["*"] => (least, most),
                [var one] => Number(one) is var n && part.Contains('/', StringComparison.Ordinal) ? (n, most) : (n, n),
                [var a, var b] => (Number(a), Number(b)),
                _ => throw Wrong(name, part, least, most),
            };
            if (first > last)
            {
                throw Wrong(name, part, least, most);
            }

            for (var value = first; value <= last; value += step)
            {
                values.Add(value);
            }
        }

        return values;

        int Number(string word)
        {
            var index = Array.IndexOf(words, word);
            var value = index >= 0 ? index + least : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
            return value >= least && value <= most ? value : throw Wrong(name, word, least, most);
        }
    }

    private static FormatException Wrong(string name, string part, int least, int most) =>
        new($"'{part}' is no {name}: it takes numbers from {least} to {most}, '*', ranges 'a-b', steps '*/n' and lists");
}
