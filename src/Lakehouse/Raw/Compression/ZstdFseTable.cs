using System.Numerics;

namespace Lakehouse.Raw.Compression;

/// <summary>A table of finite state entropy (RFC 8878, 4.1): each state has a symbol, and how many bits lead to the next state.</summary>
internal sealed class ZstdFseTable
{
    private readonly byte[] _symbols;
    private readonly byte[] _bits;
    private readonly ushort[] _bases;

    private ZstdFseTable(int accuracy)
    {
        Accuracy = accuracy;
        (_symbols, _bits, _bases) = (new byte[1 << accuracy], new byte[1 << accuracy], new ushort[1 << accuracy]);
    }

    /// <summary>Bits of a state.</summary>
    public int Accuracy { get; }

    /// <summary>A table that always gives one symbol.</summary>
    public static ZstdFseTable Of(byte symbol)
    {
        var table = new ZstdFseTable(0);
        table._symbols[0] = symbol;
        return table;
    }

    /// <summary>Builds a table from how often each symbol occurs; -1 stands for less than once.</summary>
    public static ZstdFseTable Of(ReadOnlySpan<short> counts, int accuracy)
    {
        var table = new ZstdFseTable(accuracy);
        var size = 1 << accuracy;
        var high = size;
        var next = new int[counts.Length];
        for (var s = 0; s < counts.Length; s++)
        {
            next[s] = Math.Abs((int)counts[s]);
            if (counts[s] < 0)
            {
                table._symbols[--high] = (byte)s;
            }
        }

        var position = 0;
        for (var s = 0; s < counts.Length; s++)
        {
            for (var i = 0; i < counts[s]; i++)
            {
                table._symbols[position] = (byte)s;
                do
                {
                    position = (position + (size >> 1) + (size >> 3) + 3) & (size - 1);
                }
                while (position >= high);
            }
        }

        for (var i = 0; i < size; i++)
        {
            var state = next[table._symbols[i]]++;
            table._bits[i] = (byte)(accuracy - BitOperations.Log2((uint)state));
            table._bases[i] = (ushort)((state << table._bits[i]) - size);
        }

        return table;
    }

    /// <summary>Reads a table's description, which is read forward; <paramref name="at"/> moves behind it.</summary>
    public static ZstdFseTable Read(ReadOnlySpan<byte> data, ref int at, int greatestAccuracy, int greatestSymbol)
    {
        long bit = (long)at * 8;
        var accuracy = Bits(data, ref bit, 4) + 5;
        if (accuracy > greatestAccuracy)
        {
            throw new InvalidDataException("an entropy table that is too fine");
        }

        Span<short> counts = stackalloc short[256];
        counts.Clear();
        var symbol = 0;
        var remaining = 1 << accuracy;
        while (remaining > 0)
        {
            var width = BitOperations.Log2((uint)remaining + 1) + 1;
            var value = Bits(data, ref bit, width);
            var lower = (1 << (width - 1)) - 1;
            var threshold = (1 << width) - 1 - (remaining + 1);
            if ((value & lower) < threshold)
            {
                bit--;
                value &= lower;
            }
            else if (value > lower)
            {
                value -= threshold;
            }

            var count = value - 1;
            remaining -= Math.Abs(count);
            Check(symbol <= greatestSymbol && remaining >= 0);
            counts[symbol++] = (short)count;
            for (var zeros = count == 0 ? 3 : 0; zeros == 3;)
            {
                zeros = Bits(data, ref bit, 2);
                symbol += zeros;
                Check(symbol <= greatestSymbol);
            }
        }

        at = (int)((bit + 7) / 8);
        Check(at <= data.Length);
        return Of(counts[..symbol], accuracy);
    }

    public byte Symbol(int state) => _symbols[state];

    public int BitsOf(int state) => _bits[state];

    public int Next(int state, ref BackwardBits bits) => _bases[state] + (int)bits.Read(_bits[state]);

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("an entropy table that does not add up");
        }
    }

    private static int Bits(ReadOnlySpan<byte> data, ref long bit, int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++, bit++)
        {
            var index = (int)(bit >> 3);
            value |= (index < data.Length ? (data[index] >> (int)(bit & 7)) & 1 : 0) << i;
        }

        return value;
    }
}
