namespace Lakehouse.Delta.Files;

/// <summary>Many short texts as UTF-8 in few large blocks: without an object for each.</summary>
internal sealed class ByteStore
{
    private const int BlockBytes = 1 << 20;

    private readonly List<byte[]> _blocks = [];
    private int _used = BlockBytes;

    /// <summary>Keeps bytes; returns where.</summary>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BlockBytes - _used)
        {
            _blocks.Add(new byte[Math.Max(BlockBytes, bytes.Length)]);
            _used = 0;
        }

        bytes.CopyTo(_blocks[^1].AsSpan(_used));
        var at = ((long)(_blocks.Count - 1) << 32) | (uint)_used;
        _used = Math.Min(BlockBytes, _used + bytes.Length);
        return at;
    }

    /// <summary>What is kept.</summary>
    public ReadOnlySpan<byte> Read(long at, int length) => _blocks[(int)(at >> 32)].AsSpan((int)(at & 0xffffffff), length);
}
