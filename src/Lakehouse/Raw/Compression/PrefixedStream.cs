namespace Lakehouse.Raw.Compression;

/// <summary>A stream with some bytes put back in front that were read from it already.</summary>
internal sealed class PrefixedStream(Stream source, ReadOnlyMemory<byte> prefix = default) : ForwardStream
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    public override int Read(Span<byte> buffer)
    {
        if (_prefix.Length == 0)
        {
            return source.Read(buffer);
        }

        var read = Math.Min(buffer.Length, _prefix.Length);
        _prefix.Span[..read].CopyTo(buffer);
        _prefix = _prefix[read..];
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
