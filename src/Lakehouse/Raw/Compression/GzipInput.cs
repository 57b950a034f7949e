using System.Buffers.Binary;

namespace Lakehouse.Raw.Compression;

/// <summary>
/// The packed bytes of an archive as the inflater reads them. The inflater takes more than it needs and does not say how much, so
/// the place where a member ends is found by what must stand there: the checksum and size of what came out.
/// </summary>
internal sealed class GzipInput(Stream source) : ForwardStream
{
    private const int TrailerLength = 8;

    private byte[] _piece = new byte[64 * 1024];
    private int _lastRead;
    private int _at;
    private int _length;
    private long _before;

    /// <summary>True once the source has said that nothing follows and everything was handed out.</summary>
    public bool AtEnd { get; private set; }

    public override long Position { get => _before + _at; set => throw new NotSupportedException(); }

    /// <summary>Moves behind the trailer of the member that began at <paramref name="start"/>; false when it is not where it must be.</summary>
    /// <param name="start">Place of the member's first packed byte.</param>
    /// <param name="crc">Checksum of what came out.</param>
    /// <param name="size">Size of what came out, modulo 2^32.</param>
    public bool PassTrailer(long start, uint crc, uint size)
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], size);
        KeepLastReadAndLookAhead();

        // The last packed byte is in the last read, and no member packs into less than two bytes.
        var from = (int)Math.Max(_lastRead + 1, start + 2 - _before);
        var upTo = Math.Min(_at + TrailerLength, _length);
        var found = from < upTo ? _piece.AsSpan(from, upTo - from).IndexOf(trailer) : -1;
        if (found < 0)
        {
            // The size in the last four bytes says that the archive is whole and damaged, not cut off.
            AtEnd = _length < _at + TrailerLength && !_piece.AsSpan(0, _length).EndsWith(trailer[4..]);
            return false;
        }

        _at = from + found + TrailerLength;
        return true;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_at == _length)
        {
            _before += _length;
            (_at, _length) = (0, source.Read(_piece));
            AtEnd = _length == 0;
        }

        var count = Math.Min(buffer.Length, _length - _at);
        _piece.AsSpan(_at, count).CopyTo(buffer);
        (_lastRead, _at) = (_at, _at + count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void KeepLastReadAndLookAhead()
    {
        if (_length - _at >= TrailerLength)
        {
            return;
        }

        _piece.AsSpan(_lastRead, _length - _lastRead).CopyTo(_piece);
        (_before, _at, _length, _lastRead) = (_before + _lastRead, _at - _lastRead, _length - _lastRead, 0);
        if (_piece.Length - _at < TrailerLength)
        {
            Array.Resize(ref _piece, _piece.Length + TrailerLength);
        }

        _length += source.ReadAtLeast(_piece.AsSpan(_length), Math.Max(0, _at + TrailerLength - _length), throwOnEndOfStream: false);
    }
}
