namespace Lakehouse.Raw.Compression;

/// <summary>Opens bytes that may be packed. What they are is known by their first bytes, not by the name.</summary>
internal static class PackedSource
{
    /// <summary>The unpacked bytes, in a stream that closes the given one.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">Name for error texts.</param>
    /// <param name="format">First part of error codes, such as <c>csv</c>.</param>
    public static Stream Open(Stream stream, string name, string format)
    {
        var start = new byte[4];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var source = new PrefixedStream(stream, start.AsMemory(0, length));
        if (length >= 2 && start[0] == 0x1F && start[1] == 0x8B)
        {
            return new GzipSource(source, name, format);
        }

        if (start.AsSpan(0, length) is [0x28, 0xB5, 0x2F, 0xFD] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18])
        {
            return new ZstdSource(source, name, format);
        }

        if (OtherArchive(start.AsSpan(0, length)) is { } archive)
        {
            throw new LakehouseException(
                $"{format}.compression",
                $"'{name}': expected text, gzip or Zstandard, seen {archive} data at byte 0.{Environment.NewLine}Help: unpack the file or have it delivered as gzip.");
        }

        return length > 0 && name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? throw new LakehouseException(
                $"{format}.gzip_corrupt",
                $"'{name}': the name says gzip: expected the bytes 1F 8B at byte 0, seen {Convert.ToHexString(start, 0, Math.Min(2, length))}.{Environment.NewLine}Help: fetch the file again, or name it for what it is.")
            : source;
    }

    private static string? OtherArchive(ReadOnlySpan<byte> start) => start switch
    {
        [0x50, 0x4B, 0x03, 0x04] => "ZIP",
        [0x42, 0x5A, 0x68, >= 0x31 and <= 0x39] => "bzip2",
        [0xFD, 0x37, 0x7A, 0x58] => "XZ",
        [0x50, 0x41, 0x52, 0x31] => "Parquet",
        _ => null,
    };
}
