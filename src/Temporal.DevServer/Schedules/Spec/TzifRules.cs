using System.Buffers.Binary;
using System.Text;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>A zone from a compiled file of the tz database (RFC 8536), versions 1 to 4.</summary>
internal sealed class TzifRules : TimeZoneRules
{
    private const int HeaderLength = 44;
    private const int LongestCount = 1 << 20;
    private readonly long[] _transitions;
    private readonly long[] _offsets;
    private readonly long _before;
    private readonly PosixRule? _after;

    private TzifRules(long[] transitions, long[] offsets, long before, PosixRule? after) =>
        (_transitions, _offsets, _before, _after) = (transitions, offsets, before, after);

    /// <summary>Reads the file's bytes.</summary>
    /// <exception cref="FormatException">They are no such file; the message is the one of Go.</exception>
    public static TzifRules Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return Read(data);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw Malformed();
        }
    }

    /// <inheritdoc/>
    public override long OffsetAt(long instant)
    {
        if (_transitions.Length == 0 || instant < _transitions[0])
        {
            return _transitions.Length == 0 && _after is not null ? _after.OffsetAt(instant) : _before;
        }

        if (instant >= _transitions[^1] && _after is not null)
        {
            return _after.OffsetAt(instant);
        }

        var at = Array.BinarySearch(_transitions, instant);
        return _offsets[at >= 0 ? at : ~at - 1];
    }

    private static TzifRules Read(ReadOnlySpan<byte> data)
    {
        var counts = Counts(data, out var version);
        if (version == 0)
        {
            return Body(data[HeaderLength..], counts, timeSize: 4, out _);
        }

        // The first body repeats the second with times of 32 bits.
        data = data[(HeaderLength + Length(counts, 4))..];
        counts = Counts(data, out _);
        return Body(data[HeaderLength..], counts, timeSize: 8, out _);
    }

    private static int[] Counts(ReadOnlySpan<byte> data, out int version)
    {
        if (!data.StartsWith("TZif"u8) || data.Length < HeaderLength)
        {
            throw Malformed();
        }

        version = data[4];
        var counts = new int[6]; // UT indicators, standard indicators, leap seconds, transitions, types, characters
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = BinaryPrimitives.ReadInt32BigEndian(data[(20 + (i * 4))..]);
        }

        return counts.All(count => count is >= 0 and < LongestCount) && counts[4] > 0 ? counts : throw Malformed();
    }

    private static int Length(int[] counts, int timeSize) =>
        (counts[3] * (timeSize + 1)) + (counts[4] * 6) + counts[5] + (counts[2] * (timeSize + 4)) + counts[1] + counts[0];

    private static TzifRules Body(ReadOnlySpan<byte> data, int[] counts, int timeSize, out int length)
    {
        length = Length(counts, timeSize);
        var (transitions, types) = (counts[3], counts[4]);
        var indexes = data.Slice(transitions * timeSize, transitions);
        var typeData = data.Slice(transitions * (timeSize + 1), types * 6);
        _ = data[..length];
        var times = new long[transitions];
        var offsets = new long[transitions];
        for (var i = 0; i < transitions; i++)
        {
            var time = data[(i * timeSize)..];
            times[i] = timeSize == 4 ? BinaryPrimitives.ReadInt32BigEndian(time) : BinaryPrimitives.ReadInt64BigEndian(time);
            offsets[i] = indexes[i] < types ? BinaryPrimitives.ReadInt32BigEndian(typeData[(indexes[i] * 6)..]) : throw Malformed();
        }

        var footer = timeSize == 8 && data.Length > length + 2 ? Encoding.ASCII.GetString(data[(length + 1)..^1]) : "";
        return new(times, offsets, BinaryPrimitives.ReadInt32BigEndian(typeData[(First(indexes, typeData) * 6)..]), PosixRule.TryParse(footer));
    }

    /// <summary>The type that holds before the first transition: the first one if nothing changes to it, else the first standard time.</summary>
    private static int First(ReadOnlySpan<byte> indexes, ReadOnlySpan<byte> types)
    {
        if (!indexes.Contains((byte)0))
        {
            return 0;
        }

        for (var type = 0; type < types.Length / 6; type++)
        {
            if (types[(type * 6) + 4] == 0)
            {
                return type;
            }
        }

        return 0;
    }

    private static FormatException Malformed() => new("malformed time zone information");
}
