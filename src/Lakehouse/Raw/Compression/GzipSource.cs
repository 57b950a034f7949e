using System.Buffers.Binary;
using System.IO.Compression;
using Lakehouse.Checksums;

namespace Lakehouse.Raw.Compression;

/// <summary>
/// Unpacks gzip (RFC 1952, any number of members) and says where it broke. Header and trailer of each member are read here, because
/// the platform's reader takes an archive that ends before its checksum for a whole one.
/// </summary>
internal sealed class GzipSource(Stream packed, string name, string format) : ForwardStream
{
    private readonly GzipInput _packed = new(packed);
    private DeflateStream? _member;
    private long _memberStart;
    private uint _crc;
    private uint _size;
    private long _unpacked;
    private bool _ended;

    public override long Position { get => _unpacked; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (!_ended && buffer.Length > 0)
        {
            if (_member is null && !OpenMember())
            {
                break;
            }

            var read = Unpack(buffer);
            if (read > 0)
            {
                _crc = Crc32.Append(_crc, buffer[..read]);
                _size += (uint)read;
                _unpacked += read;
                return read;
            }

            CloseMember();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            _packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Unpack(Span<byte> buffer)
    {
        try
        {
            return _member!.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw Broken(_packed.AtEnd, "a whole deflate stream", _packed.AtEnd ? "the end of the file" : "bytes that do not unpack", e);
        }
    }

    private bool OpenMember()
    {
        var first = _packed.ReadByte();
        if (first < 0 && _unpacked + _packed.Position > 0)
        {
            _ended = true;
            return false;
        }

        Span<byte> header = stackalloc byte[9];
        Fill(header);
        if (first != 0x1F || header[0] != 0x8B || header[1] != 8 || (header[2] & 0xE0) != 0)
        {
            throw Broken(false, "a gzip member (1F 8B 08)", $"{first:X2} {header[0]:X2} {header[1]:X2}", null);
        }

        var flags = header[2];
        if ((flags & 4) != 0)
        {
            Span<byte> extra = stackalloc byte[2];
            Fill(extra);
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(extra); left > 0; left--)
            {
                NextByte();
            }
        }

        for (var texts = ((flags >> 3) & 1) + ((flags >> 4) & 1); texts > 0; texts--)
        {
            while (NextByte() != 0)
            {
            }
        }

        if ((flags & 2) != 0)
        {
            NextByte();
            NextByte();
        }

        (_memberStart, _crc, _size) = (_packed.Position, 0, 0);
        _member = new DeflateStream(_packed, CompressionMode.Decompress, leaveOpen: true);
        return true;
    }

    private void CloseMember()
    {
        _member!.Dispose();
        _member = null;
        if (!_packed.PassTrailer(_memberStart, _crc, _size))
        {
            throw Broken(_packed.AtEnd, "the checksum of what was unpacked", _packed.AtEnd ? "the end of the file" : "another one", null);
        }
    }

    private byte NextByte()
    {
        Span<byte> one = stackalloc byte[1];
        Fill(one);
        return one[0];
    }

    private void Fill(Span<byte> target)
    {
        if (_packed.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw Broken(true, "a complete gzip archive", "the end of the file", null);
        }
    }

    private LakehouseException Broken(bool cut, string expected, string seen, Exception? cause) => new(
        format + (cut ? ".gzip_truncated" : ".gzip_corrupt"),
        $"'{name}': the gzip data {(cut ? "ends too early" : "is damaged")} at byte {_packed.Position}: expected {expected}, seen {seen}, after {_unpacked} unpacked bytes."
        + $"{Environment.NewLine}Help: fetch the file again and compare its size with the source's.",
        inner: cause);
}
