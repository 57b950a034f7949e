using System.Buffers.Binary;
using Lakehouse.Checksums;

namespace Lakehouse.Raw.Compression;

/// <summary>
/// Unpacks Zstandard (RFC 8878, any number of frames, skippable ones too) and says where it broke; checksums are compared where frames have them. The
/// platform has no reader of its own for it. Frames that need a dictionary, or a window of more than 128 MiB, are refused.
/// </summary>
internal sealed class ZstdSource(Stream packed, string name, string format) : ForwardStream
{
    private const uint FrameMagic = 0xFD2FB528;
    private const uint SkippableMagic = 0x184D2A50;
    private const int GreatestWindow = 128 << 20;

    private readonly byte[] _block = new byte[ZstdBlock.GreatestSize + 16];
    private readonly byte[] _small = new byte[16];
    private byte[] _window = [];
    private ZstdBlock _decoder = new();
    private XxHash64? _checksum;
    private int _windowSize;
    private int _from;
    private int _end;
    private long _frameLength;
    private long? _declared;
    private long _position;
    private long _unpacked;
    private bool _inFrame;

    public override long Position { get => _unpacked; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (_from == _end && buffer.Length > 0)
            {
                if (!_inFrame && !OpenFrame())
                {
                    return 0;
                }

                if (_inFrame)
                {
                    NextBlock();
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IndexOutOfRangeException or ArgumentException)
        {
            throw Broken(false, "whole Zstandard data", e is InvalidDataException ? e.Message : "a block that does not add up", e);
        }

        var count = Math.Min(buffer.Length, _end - _from);
        _window.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        _unpacked += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool OpenFrame()
    {
        var first = packed.ReadAtLeast(_small.AsSpan(0, 4), 4, throwOnEndOfStream: false);
        if (first == 0)
        {
            return false;
        }

        _position += first;
        if (first < 4)
        {
            throw Broken(true, "a Zstandard frame", "the end of the file", null);
        }

        var magic = BinaryPrimitives.ReadUInt32LittleEndian(_small);
        if ((magic & 0xFFFFFFF0) == SkippableMagic)
        {
            SkipFrame();
            return true;
        }

        if (magic != FrameMagic)
        {
            throw Broken(false, "a Zstandard frame (28 B5 2F FD)", $"{Convert.ToHexString(_small, 0, 4)}", null);
        }

        ReadHeader();
        return true;
    }

    private void ReadHeader()
    {
        int descriptor = Fill(1)[0];
        var isSingle = (descriptor & 0x20) != 0;
        long window = 0;
        if (!isSingle)
        {
            int given = Fill(1)[0];
            window = (1L << (10 + (given >> 3))) / 8 * (8 + (given & 7));
        }

        var dictionary = Number((descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 });
        var sizeBytes = (descriptor >> 6) switch { 0 => isSingle ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        _declared = sizeBytes == 0 ? null : Number(sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        window = isSingle ? _declared!.Value : window;
        if ((descriptor & 8) != 0 || dictionary != 0 || window < 0 || window > GreatestWindow)
        {
            throw Broken(false, $"a frame without dictionary and with a window of at most {GreatestWindow} bytes", dictionary != 0 ? "one with a dictionary" : $"a window of {window} bytes", null);
        }

        (_windowSize, _from, _end, _frameLength, _inFrame) = ((int)Math.Max(window, 1), 0, 0, 0, true);
        _decoder = new ZstdBlock();
        _checksum = (descriptor & 4) != 0 ? new XxHash64() : null;
        var room = _windowSize + (2 * ZstdBlock.GreatestSize);
        _window = _window.Length >= room ? _window : new byte[room];
    }

    private void NextBlock()
    {
        var header = (int)Number(3);
        var (isLast, type, size) = ((header & 1) != 0, (header >> 1) & 3, header >> 3);
        if (type == 3 || size > ZstdBlock.GreatestSize)
        {
            throw Broken(false, "a block of a known kind and at most 128 KiB", $"kind {type}, {size} bytes", null);
        }

        if (_window.Length - _end < ZstdBlock.GreatestSize)
        {
            // Everything before has been handed out; only what copies may reach stays.
            var kept = Math.Min(_windowSize, _end);
            _window.AsSpan(_end - kept, kept).CopyTo(_window);
            _end = kept;
        }

        _from = _end;
        switch (type)
        {
            case 0:
                FillExactly(_window.AsSpan(_end, size));
                _end += size;
                break;
            case 1:
                _window.AsSpan(_end, size).Fill(Fill(1)[0]);
                _end += size;
                break;
            default:
                FillExactly(_block.AsSpan(0, size));
                _end = _decoder.Unpack(_block, size, _window, _end, _windowSize);
                break;
        }

        _frameLength += _end - _from;
        _checksum?.Append(_window.AsSpan(_from, _end - _from));
        if (isLast)
        {
            EndFrame();
        }
    }

    private void EndFrame()
    {
        _inFrame = false;
        if (_declared is { } declared && declared != _frameLength)
        {
            throw Broken(false, $"a frame of {declared} unpacked bytes", $"{_frameLength}", null);
        }

        if (_checksum is { } checksum && (uint)Number(4) != (uint)checksum.Hash())
        {
            throw Broken(false, "the checksum of what was unpacked", "another one", null);
        }
    }

    private void SkipFrame()
    {
        for (var left = Number(4); left > 0;)
        {
            var part = (int)Math.Min(left, _block.Length);
            FillExactly(_block.AsSpan(0, part));
            left -= part;
        }
    }

    private long Number(int bytes)
    {
        if (bytes == 0)
        {
            return 0;
        }

        Fill(bytes);
        _small.AsSpan(bytes, 8 - bytes).Clear();
        return BinaryPrimitives.ReadInt64LittleEndian(_small);
    }

    private Span<byte> Fill(int bytes)
    {
        var target = _small.AsSpan(0, bytes);
        FillExactly(target);
        return target;
    }

    private void FillExactly(Span<byte> target)
    {
        var read = packed.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        _position += read;
        if (read < target.Length)
        {
            throw Broken(true, "a complete Zstandard frame", "the end of the file", null);
        }
    }

    private LakehouseException Broken(bool cut, string expected, string seen, Exception? cause) => new(
        format + (cut ? ".zstd_truncated" : ".zstd_corrupt"),
        $"'{name}': the Zstandard data {(cut ? "ends too early" : "is damaged")} at byte {_position}: expected {expected}, seen {seen}, after {_unpacked} unpacked bytes."
        + $"{Environment.NewLine}Help: fetch the file again and compare its size with the source's.",
        inner: cause);
}
