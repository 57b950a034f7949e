using System.Text;

namespace Lakehouse.Datasets;

/// <summary>A value of a column that orders states, as a number in the same order; values that lie close together may share one.</summary>
internal static class SequenceRank
{
    private const int Characters = 15;
    private const string Alphabet = " -.0123456789:T";

    /// <summary>The number.</summary>
    /// <param name="value">A value as the engine gives it, not NULL.</param>
    public static long Of(object value) => value switch
    {
        DateOnly day => day.DayNumber,
        DateTime time => time.Ticks,
        DateTimeOffset instant => instant.UtcTicks,
        TimeSpan time => time.Ticks,
        string text => OfText(text),
        float or double => (long)Math.Clamp(Math.Floor(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)), long.MinValue / 2, long.MaxValue / 2),
        decimal number => (long)Math.Clamp(decimal.Floor(number), long.MinValue, long.MaxValue),
        Int128 number => (long)Int128.Clamp(number, long.MinValue, long.MaxValue),
        _ => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Fifteen characters of four bits, in the order of their bytes as the engine has it: all of a time but its seconds. A character that is none of these ends what can be told apart.</summary>
    private static long OfText(string text)
    {
        var (bytes, rank, isOver) = (Encoding.UTF8.GetBytes(text), 0L, false);
        for (var i = 0; i < Characters; i++)
        {
            var code = isOver ? 15 : i >= bytes.Length ? 0 : OfByte(bytes[i], out isOver);
            rank = (rank << 4) | (uint)code;
        }

        return rank;
    }

    private static int OfByte(byte value, out bool isBetween)
    {
        var notAbove = Alphabet.Count(c => c <= value);
        isBetween = notAbove == 0 || Alphabet[notAbove - 1] != value;
        return notAbove;
    }
}
