using System.Numerics;

namespace Lakehouse.Raw.Compression;

/// <summary>A Huffman code of literals (RFC 8878, 4.2), as a table over the longest code.</summary>
internal sealed class ZstdHuffman
{
    private const int GreatestBits = 11;

    private readonly byte[] _symbols;
    private readonly byte[] _lengths;
    private readonly int _bits;

    private ZstdHuffman(ReadOnlySpan<byte> weights)
    {
        var sum = 0;
        foreach (var weight in weights)
        {
            sum += weight > 0 ? 1 << (weight - 1) : 0;
        }

        // The last symbol's weight is what is missing to a power of two.
        _bits = sum > 0 ? BitOperations.Log2((uint)sum) + 1 : 0;
        var missing = (1 << _bits) - sum;
        if (sum == 0 || _bits > GreatestBits || !BitOperations.IsPow2(missing) || weights.Length > 255)
        {
            throw new InvalidDataException("a Huffman code that does not add up");
        }

        (_symbols, _lengths) = (new byte[1 << _bits], new byte[1 << _bits]);
        Span<byte> all = [.. weights, (byte)(BitOperations.Log2((uint)missing) + 1)];
        var at = 0;
        for (var weight = 1; weight <= _bits; weight++)
        {
            for (var symbol = 0; symbol < all.Length; symbol++)
            {
                if (all[symbol] == weight)
                {
                    var count = 1 << (weight - 1);
                    _symbols.AsSpan(at, count).Fill((byte)symbol);
                    _lengths.AsSpan(at, count).Fill((byte)(_bits + 1 - weight));
                    at += count;
                }
            }
        }
    }

    /// <summary>Reads a code's description; <paramref name="at"/> moves behind it.</summary>
    public static ZstdHuffman Read(byte[] data, ref int at, int end)
    {
        Span<byte> weights = stackalloc byte[256];
        var header = at < end ? data[at++] : throw new InvalidDataException("a Huffman code that is cut off");
        if (header >= 128)
        {
            var count = header - 127;
            if (at + ((count + 1) / 2) > end)
            {
                throw new InvalidDataException("a Huffman code that is cut off");
            }

            for (var i = 0; i < count; i++)
            {
                weights[i] = (byte)(i % 2 == 0 ? data[at + (i / 2)] >> 4 : data[at + (i / 2)] & 15);
            }

            at += (count + 1) / 2;
            return new ZstdHuffman(weights[..count]);
        }

        var until = at + header;
        if (until > end)
        {
            throw new InvalidDataException("a Huffman code that is cut off");
        }

        var table = ZstdFseTable.Read(data.AsSpan(0, until), ref at, 6, 255);
        var written = ReadWeights(table, new BackwardBits(data, at, until), weights);
        at = until;
        return new ZstdHuffman(weights[..written]);
    }

    /// <summary>Unpacks one stream.</summary>
    public void Decode(byte[] data, int start, int end, Span<byte> target)
    {
        var bits = new BackwardBits(data, start, end);
        for (var i = 0; i < target.Length; i++)
        {
            var index = bits.Peek(_bits);
            target[i] = _symbols[index];
            bits.Skip(_lengths[index]);
        }

        if (bits.Left != 0)
        {
            throw new InvalidDataException("a literal stream of another length");
        }
    }

    /// <summary>Two states take turns; the stream ends when the next state has no bits left to come from.</summary>
    private static int ReadWeights(ZstdFseTable table, BackwardBits bits, Span<byte> weights)
    {
        var one = (int)bits.Read(table.Accuracy);
        var other = (int)bits.Read(table.Accuracy);
        for (var written = 0; written < 254;)
        {
            weights[written++] = table.Symbol(one);
            if (bits.Left < table.BitsOf(one))
            {
                weights[written++] = table.Symbol(other);
                return written;
            }

            (one, other) = (other, table.Next(one, ref bits));
        }

        throw new InvalidDataException("a Huffman code of too many symbols");
    }
}
