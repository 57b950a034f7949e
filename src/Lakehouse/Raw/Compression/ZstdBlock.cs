using System.Buffers.Binary;

namespace Lakehouse.Raw.Compression;

/// <summary>Unpacks the compressed blocks of one Zstandard frame (RFC 8878, 3.1.1.3). Keeps what later blocks of the frame may use again.</summary>
internal sealed class ZstdBlock
{
    public const int GreatestSize = 128 * 1024;

    private static readonly short[] LiteralCounts =
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1];

    private static readonly short[] MatchCounts =
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        -1, -1, -1, -1, -1, -1, -1,
    ];

    private static readonly short[] OffsetCounts = [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

    private static readonly byte[] LiteralBits = [.. new byte[16], 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    private static readonly byte[] MatchBits = [.. new byte[32], 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    private static readonly int[] LiteralBases = Bases(0, LiteralBits);
    private static readonly int[] MatchBases = Bases(3, MatchBits);

    private readonly byte[] _literals = new byte[GreatestSize];
    private readonly int[] _offsets = [1, 4, 8];
    private ZstdHuffman? _huffman;
    private ZstdFseTable? _literalTable;
    private ZstdFseTable? _offsetTable;
    private ZstdFseTable? _matchTable;

    /// <summary>Unpacks a block behind what the window holds; returns the window's new end.</summary>
    /// <param name="data">The packed block, with eight bytes to spare.</param>
    /// <param name="length">Its length.</param>
    /// <param name="window">What the frame has given so far, with room for another block.</param>
    /// <param name="windowEnd">End of what it holds.</param>
    /// <param name="reach">How far back a copy may go.</param>
    public int Unpack(byte[] data, int length, byte[] window, int windowEnd, int reach)
    {
        var at = 0;
        var literals = _literals.AsSpan(0, ReadLiterals(data, ref at, length));
        var count = ReadCount(data, ref at, length);
        if (count == 0)
        {
            literals.CopyTo(window.AsSpan(windowEnd));
            return windowEnd + literals.Length;
        }

        Check(at < length);
        var modes = data[at++];
        var header = data.AsSpan(0, length);
        _literalTable = Table(header, ref at, modes >> 6, _literalTable, LiteralCounts, 6, 9, 35);
        _offsetTable = Table(header, ref at, (modes >> 4) & 3, _offsetTable, OffsetCounts, 5, 8, 31);
        _matchTable = Table(header, ref at, (modes >> 2) & 3, _matchTable, MatchCounts, 6, 9, 52);
        return Execute(new BackwardBits(data, at, length), count, literals, window, windowEnd, reach);
    }

    private int Execute(BackwardBits bits, int count, ReadOnlySpan<byte> literals, byte[] window, int windowEnd, int reach)
    {
        var (literalState, offsetState, matchState) = ((int)bits.Read(_literalTable!.Accuracy), (int)bits.Read(_offsetTable!.Accuracy), (int)bits.Read(_matchTable!.Accuracy));
        var limit = windowEnd + GreatestSize;
        for (var i = 0; i < count; i++)
        {
            var offsetCode = _offsetTable.Symbol(offsetState);
            Check(offsetCode <= 31);
            var offsetValue = (1L << offsetCode) + bits.Read(offsetCode);
            var matchCode = _matchTable.Symbol(matchState);
            var match = MatchBases[matchCode] + (int)bits.Read(MatchBits[matchCode]);
            var literalCode = _literalTable.Symbol(literalState);
            var literal = LiteralBases[literalCode] + (int)bits.Read(LiteralBits[literalCode]);
            var offset = Offset(offsetValue, literal);
            Check(literal <= literals.Length && windowEnd + literal + match <= limit);
            literals[..literal].CopyTo(window.AsSpan(windowEnd));
            literals = literals[literal..];
            windowEnd += literal;
            Check(offset > 0 && offset <= windowEnd && offset <= reach);
            Copy(window, windowEnd, offset, match);
            windowEnd += match;
            if (i < count - 1)
            {
                literalState = _literalTable.Next(literalState, ref bits);
                matchState = _matchTable.Next(matchState, ref bits);
                offsetState = _offsetTable.Next(offsetState, ref bits);
            }
        }

        Check(bits.Left == 0 && windowEnd + literals.Length <= limit);
        literals.CopyTo(window.AsSpan(windowEnd));
        return windowEnd + literals.Length;
    }

    /// <summary>Values up to 3 name one of the last three offsets; without literals before, the one after it.</summary>
    private int Offset(long value, int literal)
    {
        if (value > 3)
        {
            (_offsets[2], _offsets[1]) = (_offsets[1], _offsets[0]);
            return _offsets[0] = (int)Math.Min(value - 3, int.MaxValue);
        }

        var index = (int)value - (literal == 0 ? 0 : 1);
        if (index == 0)
        {
            return _offsets[0];
        }

        var offset = index < 3 ? _offsets[index] : _offsets[0] - 1;
        if (index > 1)
        {
            _offsets[2] = _offsets[1];
        }

        (_offsets[1], _offsets[0]) = (_offsets[0], offset);
        return offset;
    }

    /// <summary>A copy that reaches into itself repeats what it has just written.</summary>
    private static void Copy(byte[] window, int at, int offset, int length)
    {
        if (offset >= length)
        {
            window.AsSpan(at - offset, length).CopyTo(window.AsSpan(at));
            return;
        }

        for (var i = 0; i < length; i++)
        {
            window[at + i] = window[at + i - offset];
        }
    }

    private int ReadLiterals(byte[] data, ref int at, int length)
    {
        Check(length > 0);
        var first = data[0];
        var (type, form) = (first & 3, (first >> 2) & 3);
        if (type < 2)
        {
            var header = form switch { 1 => 2, 3 => 3, _ => 1 };
            Check(length >= header);
            var size = header switch { 1 => first >> 3, 2 => BinaryPrimitives.ReadUInt16LittleEndian(data) >> 4, _ => (int)((BinaryPrimitives.ReadUInt32LittleEndian(data) & 0xFFFFFF) >> 4) };
            at = header;
            Check(size <= GreatestSize && at + (type == 0 ? size : 1) <= length);
            if (type == 0)
            {
                data.AsSpan(at, size).CopyTo(_literals);
                at += size;
            }
            else
            {
                _literals.AsSpan(0, size).Fill(data[at++]);
            }

            return size;
        }

        var (bytes, width) = form switch { 2 => (4, 14), 3 => (5, 18), _ => (3, 10) };
        Check(length >= bytes);
        var fields = BinaryPrimitives.ReadUInt64LittleEndian(data) >> 4;
        var (unpacked, packed) = ((int)(fields & ((1UL << width) - 1)), (int)((fields >> width) & ((1UL << width) - 1)));
        at = bytes;
        var end = at + packed;
        Check(end <= length && unpacked <= GreatestSize);
        if (type == 2)
        {
            _huffman = ZstdHuffman.Read(data, ref at, end);
        }

        var huffman = _huffman ?? throw new InvalidDataException("literals that use a code from nowhere");
        if (form == 0)
        {
            huffman.Decode(data, at, end, _literals.AsSpan(0, unpacked));
        }
        else
        {
            DecodeFour(huffman, data, at, end, unpacked);
        }

        at = end;
        return unpacked;
    }

    private void DecodeFour(ZstdHuffman huffman, byte[] data, int at, int end, int unpacked)
    {
        Check(at + 6 <= end);
        var starts = at + 6;
        var each = (unpacked + 3) / 4;
        for (var i = 0; i < 4; i++)
        {
            var until = i < 3 ? starts + BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(at + (i * 2))) : end;
            var count = i < 3 ? each : unpacked - (3 * each);
            Check(until <= end && count >= 0);
            huffman.Decode(data, starts, until, _literals.AsSpan(i * each, count));
            starts = until;
        }
    }

    private static int ReadCount(byte[] data, ref int at, int length)
    {
        Check(at < length);
        int first = data[at++];
        var more = first < 128 ? 0 : first < 255 ? 1 : 2;
        Check(at + more <= length);
        var count = more switch { 0 => first, 1 => ((first - 128) << 8) + data[at], _ => data[at] + (data[at + 1] << 8) + 0x7F00 };
        at += more;
        return count;
    }

    private static ZstdFseTable Table(ReadOnlySpan<byte> data, ref int at, int mode, ZstdFseTable? last, short[] counts, int accuracy, int greatestAccuracy, int greatestSymbol)
    {
        switch (mode)
        {
            case 0:
                return ZstdFseTable.Of(counts, accuracy);
            case 1:
                Check(at < data.Length && data[at] <= greatestSymbol);
                return ZstdFseTable.Of(data[at++]);
            case 2:
                return ZstdFseTable.Read(data, ref at, greatestAccuracy, greatestSymbol);
            default:
                return last ?? throw new InvalidDataException("sequences that use a table from nowhere");
        }
    }

    private static int[] Bases(int first, byte[] bits)
    {
        var bases = new int[bits.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bases[i] = first;
            first += 1 << bits[i];
        }

        return bases;
    }

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("a block that does not add up");
        }
    }
}
