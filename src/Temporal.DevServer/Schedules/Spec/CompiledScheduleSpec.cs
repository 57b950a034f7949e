using System.Buffers.Binary;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>A spec that is known to be valid, with the times it stands for. Immutable.</summary>
internal sealed class CompiledScheduleSpec
{
    /// <summary>Candidates that may be excluded one after another before the search ends: 100 days of seconds.</summary>
    private const int MostExcluded = 100 * 86_400;

    private const int LastYear = 2100;
    private readonly CompiledCalendar[] _calendars;
    private readonly CompiledCalendar[] _excludes;
    private readonly (long Interval, long Phase)[] _intervals;
    private readonly long _start;
    private readonly DateTime? _end;
    private readonly long _jitterMs;

    private CompiledScheduleSpec(ScheduleSpec canonical, TimeZoneRules zone)
    {
        Canonical = canonical;
        _calendars = [.. canonical.StructuredCalendar.Select(calendar => new CompiledCalendar(calendar, zone))];
        _excludes = [.. canonical.ExcludeStructuredCalendar.Select(calendar => new CompiledCalendar(calendar, zone))];
        _intervals = [.. canonical.Interval.Select(interval => (interval.Interval.Seconds, interval.Phase?.Seconds ?? 0))];
        _start = canonical.StartTime?.Seconds ?? 0;
        _end = canonical.EndTime?.ToDateTime();
        _jitterMs = canonical.Jitter is { } jitter ? Math.Max(0, (jitter.Seconds * 1000) + (jitter.Nanos / 1_000_000)) : 0;
    }

    /// <summary>The spec in the form that is stored and shown. Not to be changed.</summary>
    public ScheduleSpec Canonical { get; }

    /// <summary>Checks and compiles a spec.</summary>
    /// <exception cref="ScheduleSpecException">It is wrong; the message is for the client.</exception>
    public static CompiledScheduleSpec Compile(ScheduleSpec spec, TimeZoneDatabase zones)
    {
        try
        {
            var canonical = SpecCanonicalizer.Canonicalize(spec);
            return new(canonical, canonical.TimezoneData.IsEmpty ? zones.Find(canonical.TimezoneName) : TzifRules.Parse(canonical.TimezoneData.Span));
        }
        catch (FormatException e)
        {
            throw new ScheduleSpecException(e.Message);
        }
    }

    /// <summary>The first time after one, or null when there is none up to the end time and the year 2100.</summary>
    /// <param name="after">UTC; the search has a resolution of a second.</param>
    /// <param name="jitterSeed">The schedule's own seed: its namespace id, a dash, its id.</param>
    /// <exception cref="ScheduleSpecException">The exclusions leave nothing for too long.</exception>
    public ScheduleTime? Next(DateTime after, string jitterSeed)
    {
        var from = Math.Max(Seconds(after), _start - 1);
        for (var skipped = 0; skipped < MostExcluded; skipped++)
        {
            if (NextNominal(from) is not { } seconds)
            {
                return null;
            }

            var nominal = DateTime.UnixEpoch.AddSeconds(seconds);
            if (nominal > _end || nominal.Year > LastYear)
            {
                return null;
            }

            if (!_excludes.Any(exclude => exclude.Matches(seconds)))
            {
                return new(nominal, nominal.AddMilliseconds(Jitter(seconds, jitterSeed)));
            }

            from = seconds;
        }

        throw new ScheduleSpecException("the schedule calendar specification has too many exclusions. Please modify the specification.");
    }

    /// <summary>The times after one and up to another, with jitter.</summary>
    public IReadOnlyList<DateTime> MatchingTimes(DateTime after, DateTime until, string jitterSeed, int atMost = 1000)
    {
        var times = new List<DateTime>();
        while (times.Count < atMost && Next(after, jitterSeed) is { } next && next.Actual <= until)
        {
            times.Add(next.Actual);
            after = next.Actual;
        }

        return times;
    }

    private static long Seconds(DateTime time) => (long)Math.Floor((time - DateTime.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond);

    private long? NextNominal(long after)
    {
        long? next = null;
        foreach (var calendar in _calendars)
        {
            next = Earlier(next, calendar.Next(after));
        }

        foreach (var (interval, phase) in _intervals)
        {
            next = Earlier(next, ((((after - phase) / interval) + 1) * interval) + phase);
        }

        return next;
    }

    private static long? Earlier(long? one, long? other) => one is null || other < one ? other : one;

    private long Jitter(long nominal, string seed)
    {
        if (_jitterMs == 0)
        {
            return 0;
        }

        // A jittered time stays before the next nominal one.
        var most = NextNominal(nominal) is { } following ? Math.Min(_jitterMs, (following - nominal) * 1000) : _jitterMs;
        var input = new byte[15 + Encoding.UTF8.GetByteCount(seed)];
        input[0] = 1;
        BinaryPrimitives.WriteInt64BigEndian(input.AsSpan(1), nominal - Seconds(DateTime.MinValue));
        BinaryPrimitives.WriteInt16BigEndian(input.AsSpan(13), -1);
        Encoding.UTF8.GetBytes(seed, input.AsSpan(15));
        return (long)((FarmHash.Fingerprint32(input) * (ulong)Math.Min(most, uint.MaxValue)) >> 32);
    }
}
