using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Pipelines.Partitions;

/// <summary>
/// The arithmetic of partitions: names to times and back, neighbours, ranges. Days and months are those of <see cref="TimeZone"/>;
/// a day begins at its first existing instant, also where midnight is skipped or repeated by a clock change.
/// </summary>
public sealed partial class PartitionCalendar
{
    private const string HourFormat = "yyyy-MM-dd'T'HH";
    private const string DayFormat = "yyyy-MM-dd";
    private const string MonthFormat = "yyyy-MM";

    /// <summary>Name of the one partition of unit <see cref="PartitionUnit.Static"/>.</summary>
    public const string StaticKey = "all";

    /// <summary>Creates a calendar.</summary>
    /// <param name="unit">What one partition covers.</param>
    /// <param name="timeZone">Zone of days, weeks and months. Hours ignore it: they are UTC hours.</param>
    /// <param name="values">The partitions of <see cref="PartitionUnit.List"/>, in order; empty for every other unit.</param>
    /// <exception cref="ArgumentException">Values and unit do not fit each other.</exception>
    public PartitionCalendar(PartitionUnit unit, TimeZoneInfo timeZone, IReadOnlyList<string>? values = null)
    {
        if ((unit == PartitionUnit.List) != (values is { Count: > 0 }))
        {
            throw new ArgumentException($"Values are the partitions of unit 'list' and of no other: unit '{unit}' with {values?.Count ?? 0} values.", nameof(values));
        }

        Unit = unit;
        TimeZone = timeZone;
        Values = unit == PartitionUnit.Static ? [StaticKey] : values ?? [];
    }

    /// <summary>What one partition covers.</summary>
    public PartitionUnit Unit { get; }

    /// <summary>Zone of days, weeks and months.</summary>
    public TimeZoneInfo TimeZone { get; }

    /// <summary>The partitions of a list, in order; the one of a static pipeline; empty otherwise.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>How a name of this unit is written, for messages: <c>yyyy-MM-dd</c>, or the values of a list.</summary>
    public string Pattern => Unit switch
    {
        PartitionUnit.Hour => "yyyy-MM-ddTHH (a UTC hour)",
        PartitionUnit.Day => DayFormat,
        PartitionUnit.Week => "yyyy-Www (an ISO week)",
        PartitionUnit.Month => MonthFormat,
        PartitionUnit.File => "letters, digits, '_', '-' and '.', at most 120 (what a file's name says)",
        _ => "one of " + string.Join(", ", Values.Select(v => $"'{v}'")),
    };

    /// <summary>The partition of that name.</summary>
    /// <exception cref="FormatException">The name is not one of this unit; the message shows the expected form.</exception>
    public PartitionKey Parse(string value) =>
        TryParse(value, out var key)
            ? key
            : throw new FormatException($"Partition '{value}' is not a name of unit '{Unit.ToString().ToLowerInvariant()}': expected {Pattern}.");

    /// <summary>The partition of that name, if it is one of this unit.</summary>
    public bool TryParse(string? value, out PartitionKey key)
    {
        key = default;
        if (value is null)
        {
            return false;
        }

        if (!Unit.HasTime())
        {
            var place = Unit == PartitionUnit.File ? 0 : Values.ToList().IndexOf(value);
            if (place < 0 || (Unit == PartitionUnit.File && (FileName().Match(value).Length != value.Length || value.Length == 0)))
            {
                return false;
            }

            key = new PartitionKey(value, DateTimeOffset.MinValue, DateTimeOffset.MaxValue) { Place = place };
            return true;
        }

        if (!TryLocal(value, out var local) || local.Year >= 9999)
        {
            return false;
        }

        key = At(local);
        return true;
    }

    /// <summary>The partition that holds an instant.</summary>
    /// <exception cref="InvalidOperationException">Partitions of this unit have no time.</exception>
    public PartitionKey Containing(DateTimeOffset instant)
    {
        ThrowIfTimeless();
        var local = Unit == PartitionUnit.Hour ? instant.UtcDateTime : System.TimeZoneInfo.ConvertTime(instant, TimeZone).DateTime;
        return At(local);
    }

    /// <summary>The partition that holds a wall-clock time: of <see cref="TimeZone"/>, of UTC for hours.</summary>
    /// <exception cref="InvalidOperationException">Partitions of this unit have no time.</exception>
    public PartitionKey ContainingLocal(DateTime local)
    {
        ThrowIfTimeless();
        return At(local);
    }

    /// <summary>The partition <paramref name="units"/> later (earlier when negative).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The list, or the calendar, ends before that.</exception>
    public PartitionKey Add(PartitionKey key, int units) =>
        TryAdd(key, units, out var moved)
            ? moved
            : throw new ArgumentOutOfRangeException(nameof(units), units, $"There is no partition {units} after '{key.Value}'.");

    /// <summary>The partition <paramref name="units"/> later (earlier when negative), if the list or the calendar reaches that far.</summary>
    public bool TryAdd(PartitionKey key, int units, out PartitionKey moved)
    {
        moved = default;
        if (Unit == PartitionUnit.File)
        {
            moved = key;
            return units == 0;
        }

        if (!Unit.HasTime())
        {
            var index = IndexInList(key) + units;
            return index >= 0 && index < Values.Count && TryParse(Values[index], out moved);
        }

        var start = LocalStart(key);
        var years = Unit switch { PartitionUnit.Hour => units / 8784d, PartitionUnit.Day => units / 366d, PartitionUnit.Week => units / 53d, _ => units / 12d };
        if (start.Year + years is < 2 or > 9997)
        {
            return false;
        }

        moved = At(Shift(start, units));
        return true;
    }

    /// <summary>The partition <paramref name="units"/> earlier, or the first of a list that does not reach back so far.</summary>
    public PartitionKey Back(PartitionKey key, int units) =>
        TryAdd(key, -units, out var moved) ? moved : Unit == PartitionUnit.List ? Parse(Values[0]) : key;

    /// <summary>The next partition.</summary>
    public PartitionKey Next(PartitionKey key) => Add(key, 1);

    /// <summary>How many partitions <paramref name="to"/> lies after <paramref name="from"/>; negative when before. Files are in the order of their names, any two of them one apart.</summary>
    public int Distance(PartitionKey from, PartitionKey to)
    {
        if (Unit == PartitionUnit.File)
        {
            return Math.Sign(string.CompareOrdinal(to.Value, from.Value));
        }

        if (!Unit.HasTime())
        {
            return IndexInList(to) - IndexInList(from);
        }

        var (a, b) = (LocalStart(from), LocalStart(to));
        return Unit switch
        {
            PartitionUnit.Hour => (int)(b - a).TotalHours,
            PartitionUnit.Day => (int)(b - a).TotalDays,
            PartitionUnit.Week => (int)(b - a).TotalDays / 7,
            _ => ((b.Year - a.Year) * 12) + b.Month - a.Month,
        };
    }

    /// <summary>All partitions from the first (inclusive) to the last (exclusive), in order; empty when they are the wrong way round.</summary>
    public IEnumerable<PartitionKey> Range(PartitionKey fromInclusive, PartitionKey toExclusive)
    {
        var count = Distance(fromInclusive, toExclusive);
        for (var i = 0; i < count; i++)
        {
            yield return Add(fromInclusive, i);
        }
    }

    /// <summary>The first wall-clock time of a partition: in <see cref="TimeZone"/>, in UTC for hours.</summary>
    /// <exception cref="ArgumentException">The partition is not one of this unit.</exception>
    /// <exception cref="InvalidOperationException">Partitions of this unit have no time.</exception>
    public DateTime LocalStart(PartitionKey key) =>
        TryLocal(key.Value, out var local) ? local : throw new ArgumentException($"Partition '{key.Value}' is not one of unit '{Unit.ToString().ToLowerInvariant()}'.", nameof(key));

    private string Format => Unit switch
    {
        PartitionUnit.Hour => HourFormat,
        PartitionUnit.Day => DayFormat,
        PartitionUnit.Month => MonthFormat,
        _ => throw new InvalidOperationException($"Unit '{Unit}' has no time format."),
    };

    private bool TryLocal(string value, out DateTime local)
    {
        if (Unit != PartitionUnit.Week)
        {
            ThrowIfTimeless();
            return DateTime.TryParseExact(value, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
        }

        local = default;
        if (WeekName().Match(value) is not { Success: true } match || match.Length != value.Length)
        {
            return false;
        }

        var (year, week) = (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        if (year is < 2 or > 9998 || week < 1 || week > ISOWeek.GetWeeksInYear(year))
        {
            return false;
        }

        local = ISOWeek.ToDateTime(year, week, DayOfWeek.Monday);
        return true;
    }

    private string Name(DateTime start) => Unit == PartitionUnit.Week
        ? string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(start):0000}-W{ISOWeek.GetWeekOfYear(start):00}")
        : start.ToString(Format, CultureInfo.InvariantCulture);

    private PartitionKey At(DateTime local)
    {
        var start = Unit switch
        {
            PartitionUnit.Hour => local.Date.AddHours(local.Hour),
            PartitionUnit.Day => local.Date,
            PartitionUnit.Week => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7)),
            _ => new DateTime(local.Year, local.Month, 1),
        };
        start = DateTime.SpecifyKind(start, DateTimeKind.Unspecified);
        return new PartitionKey(Name(start), Instant(start), Instant(Shift(start, 1)));
    }

    private DateTime Shift(DateTime local, int units) => Unit switch
    {
        PartitionUnit.Hour => local.AddHours(units),
        PartitionUnit.Day => local.AddDays(units),
        PartitionUnit.Week => local.AddDays(7 * units),
        _ => local.AddMonths(units),
    };

    private DateTimeOffset Instant(DateTime local) => Unit == PartitionUnit.Hour ? new DateTimeOffset(local, TimeSpan.Zero) : ZoneTime.FirstInstant(local, TimeZone);

    private int IndexInList(PartitionKey key)
    {
        for (var i = 0; i < Values.Count; i++)
        {
            if (Values[i] == key.Value)
            {
                return i;
            }
        }

        throw new ArgumentException($"Partition '{key.Value}' is not in the list: expected {Pattern}.", nameof(key));
    }

    private void ThrowIfTimeless()
    {
        if (!Unit.HasTime())
        {
            throw new InvalidOperationException($"{Unit} partitions have no time: no instant belongs to one.");
        }
    }

    [GeneratedRegex("^([0-9]{4})-W([0-9]{2})$")]
    private static partial Regex WeekName();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}$")]
    private static partial Regex FileName();
}
