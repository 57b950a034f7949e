using System.Buffers.Binary;

namespace Lakehouse.Delta.DeletionVectors;

/// <summary>
/// Reads a 64-bit Roaring bitmap in the portable form (https://github.com/RoaringBitmap/RoaringFormatSpec): a count, then for each upper half of the
/// numbers a 32-bit bitmap of arrays, bit sets and runs. All numbers are little-endian.
/// </summary>
internal ref struct RoaringReader(ReadOnlySpan<byte> bytes)
{
    private const int CookieWithRuns = 12347;
    private const int CookieWithoutRuns = 12346;
    private const int NoOffsetBelow = 4;
    private const int BitSetBytes = 8192;
    private const int MostInArray = 4096;

    /// <summary>Rows of one file: more than this is damage, not data.</summary>
    private const long MostRows = 1L << 33;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="FormatException">It is not such a bitmap.</exception>
    public void Read(DeletedRows.Builder rows)
    {
        var bitmaps = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
        if (bitmaps is < 0 or > int.MaxValue)
        {
            throw new FormatException($"a bitmap of {bitmaps} parts");
        }

        for (var i = 0L; i < bitmaps; i++)
        {
            var high = (long)BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) << 32;
            if (high >= MostRows)
            {
                throw new FormatException($"row number {high} is beyond any file");
            }

            ReadBitmap(high, rows);
        }
    }

    private void ReadBitmap(long high, DeletedRows.Builder rows)
    {
        var cookie = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        var hasRuns = (cookie & 0xffff) == CookieWithRuns;
        if (!hasRuns && cookie != CookieWithoutRuns)
        {
            throw new FormatException($"cookie {cookie}");
        }

        var containers = hasRuns ? (int)(cookie >> 16) + 1 : (int)BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        if (containers is < 0 or > 65536)
        {
            throw new FormatException($"{containers} containers");
        }

        var runs = hasRuns ? Take((containers + 7) / 8) : [];
        var headers = Take(4 * containers);
        if (!hasRuns || containers >= NoOffsetBelow)
        {
            // Offsets are for random access; the containers follow each other.
            Take(4 * containers);
        }

        for (var i = 0; i < containers; i++)
        {
            var start = high | (uint)(BinaryPrimitives.ReadUInt16LittleEndian(headers[(4 * i)..]) << 16);
            var cardinality = BinaryPrimitives.ReadUInt16LittleEndian(headers[((4 * i) + 2)..]) + 1;
            if (hasRuns && (runs[i / 8] & (1 << (i % 8))) != 0)
            {
                ReadRuns(start, rows);
            }
            else if (cardinality > MostInArray)
            {
                ReadBitSet(start, rows);
            }
            else
            {
                ReadArray(start, cardinality, rows);
            }
        }
    }

    private void ReadRuns(long start, DeletedRows.Builder rows)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
        var pairs = Take(4 * count);
        for (var i = 0; i < count; i++)
        {
            var first = BinaryPrimitives.ReadUInt16LittleEndian(pairs[(4 * i)..]);
            var more = BinaryPrimitives.ReadUInt16LittleEndian(pairs[((4 * i) + 2)..]);
            for (var n = 0; n <= more; n++)
            {
                rows.Add(start + first + n);
            }
        }
    }

    private void ReadBitSet(long start, DeletedRows.Builder rows)
    {
        var words = Take(BitSetBytes);
        for (var i = 0; i < BitSetBytes / 8; i++)
        {
            for (var word = BinaryPrimitives.ReadUInt64LittleEndian(words[(8 * i)..]); word != 0; word &= word - 1)
            {
                rows.Add(start + (64 * i) + System.Numerics.BitOperations.TrailingZeroCount(word));
            }
        }
    }

    private void ReadArray(long start, int count, DeletedRows.Builder rows)
    {
        var values = Take(2 * count);
        for (var i = 0; i < count; i++)
        {
            rows.Add(start + BinaryPrimitives.ReadUInt16LittleEndian(values[(2 * i)..]));
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new FormatException($"it ends where {count} more bytes are expected, {_rest.Length} are left");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
