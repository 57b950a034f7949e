namespace Lakehouse.Delta.DeletionVectors;

/// <summary>Row numbers of a file, from 0, that no longer count.</summary>
public sealed class DeletedRows
{
    private readonly byte[] _bits;

    internal DeletedRows(byte[] bits, long length, long count)
    {
        _bits = bits;
        Length = length;
        Count = count;
    }

    /// <summary>How many rows are hidden.</summary>
    public long Count { get; }

    /// <summary>One more than the greatest hidden row number.</summary>
    public long Length { get; }

    /// <summary>A bit for each row, the first in the highest bit of the first byte: set means hidden. Rows past the end are not.</summary>
    public ReadOnlySpan<byte> Bits => _bits;

    /// <summary>Whether a row is hidden.</summary>
    public bool Contains(long row) => row >= 0 && row < Length && (_bits[row >> 3] & (0x80 >> (int)(row & 7))) != 0;

    /// <summary>The bytes of <see cref="Bits"/>, for the engine; not to be changed.</summary>
    internal byte[] Bytes => _bits;

    internal sealed class Builder
    {
        private byte[] _bits = new byte[1024];
        private long _length;
        private long _count;

        public void Add(long row)
        {
            var at = row >> 3;
            if (at >= _bits.LongLength)
            {
                Array.Resize(ref _bits, (int)Math.Min(Array.MaxLength, Math.Max(at + 1, _bits.LongLength * 2)));
            }

            var mask = (byte)(0x80 >> (int)(row & 7));
            if ((_bits[at] & mask) == 0)
            {
                _bits[at] |= mask;
                _count++;
                _length = Math.Max(_length, row + 1);
            }
        }

        public DeletedRows Build() => new(_bits.AsSpan(0, (int)((_length + 7) >> 3)).ToArray(), _length, _count);
    }
}
