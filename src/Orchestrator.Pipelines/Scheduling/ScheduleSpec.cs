using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Scheduling;

/// <summary>When a pipeline runs by itself, as declared under <c>schedule</c>.</summary>
public sealed partial record ScheduleSpec
{
    /// <summary>The wall-clock times.</summary>
    public required CronExpression Cron { get; init; }

    /// <summary>Zone of the wall clock.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>How many partitions before the one that holds the nominal time a run works on. Default: 1, the last complete one.</summary>
    public int Lag { get; init; } = 1;

    /// <summary>What happens at times that a clock change skips. Default: shift; skip where partitions are hours, of which none is missing.</summary>
    public MissingTime MissingTime { get; init; }

    /// <summary>What happens at times that a clock change repeats. Default: first; both where partitions are hours, as each of the two has its own.</summary>
    public RepeatedTime RepeatedTime { get; init; }

    /// <summary>What happens on days that the calendar leaves out. Default: skip.</summary>
    public HolidayRule OnHoliday { get; init; }

    /// <summary>Days that count. Default: null, all.</summary>
    public BusinessCalendar? Calendar { get; init; }

    /// <summary>How far back missed times are made up for. Default: 1 day.</summary>
    public TimeSpan CatchUp { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Each start is delayed by a random time up to this. Default: zero.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>What happens while the last run still goes on. Default: skip.</summary>
    public OverlapPolicy Overlap { get; init; }

    /// <summary>Whether it begins paused. Default: false.</summary>
    public bool Paused { get; init; }

    /// <summary>The nominal times from one instant (inclusive) to another (exclusive), in order, in UTC, without jitter.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset from, DateTimeOffset to) =>
        Times(from, to).Where(t => t.Skipped is null).Select(t => t.At).Distinct();

    /// <summary>The first nominal time after an instant; null when there is none within 30 years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var from = after.AddTicks(1);
        for (var days = 1; days < 30 * 366; days *= 2)
        {
            if (Between(from, after.AddDays(days)).Select(i => (DateTimeOffset?)i).FirstOrDefault() is { } next)
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>What a run that was due at a nominal time works on: one partition, every one of a list, none for files.</summary>
    public IReadOnlyList<PartitionKey> PartitionsAt(DateTimeOffset nominal, Partitioning partitioning)
    {
        ArgumentNullException.ThrowIfNull(partitioning);
        var calendar = partitioning.Calendar;
        PartitionKey[] keys = calendar.Unit switch
        {
            PartitionUnit.File => [],
            PartitionUnit.Static => [calendar.Parse(PartitionCalendar.StaticKey)],
            PartitionUnit.List => [.. calendar.Values.Select(calendar.Parse)],
            _ => [calendar.Add(calendar.Containing(nominal), -Lag)],
        };
        return [.. keys.Where(partitioning.Contains)];
    }
}
