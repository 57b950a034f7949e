namespace Lakehouse.Tests.Raw.Csv;

/// <summary>Hands out its bytes in pieces of random size, as sockets and archives do.</summary>
internal sealed class ChunkedStream(byte[] content, Random random, int largest) : MemoryStream(content, writable: false)
{
    // Reads into spans come here too: that is how MemoryStream treats types derived from it.
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, random.Next(1, largest + 1)));
}
