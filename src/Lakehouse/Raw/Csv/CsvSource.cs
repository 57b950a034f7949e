using Lakehouse.Raw.Compression;

namespace Lakehouse.Raw.Csv;

/// <summary>Opens delimited text, plain or gzip, for exact reading.</summary>
public static class CsvSource
{
    /// <summary>Opens a file; the reader closes it.</summary>
    /// <param name="path">Path of the file; it also names the file in errors.</param>
    /// <param name="dialect">How the file is written.</param>
    /// <exception cref="LakehouseException"><c>csv.missing</c>, or as <see cref="Open(Stream, CsvDialect, string, int?)"/>.</exception>
    public static CsvReader Open(string path, CsvDialect dialect)
    {
        try
        {
            // No buffer of its own: the reader reads in large pieces.
            return Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan), dialect, path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LakehouseException("csv.missing", $"'{path}': expected a file, seen nothing there.", inner: e);
        }
    }

    /// <summary>Opens a stream; the reader closes it, and it is closed when opening fails.</summary>
    /// <param name="stream">The bytes. Gzip is known by its first bytes, not by the name.</param>
    /// <param name="dialect">How the text is written.</param>
    /// <param name="name">Name for error texts.</param>
    /// <param name="columns">Number of columns when the file has no header; null takes every width. Ignored when it has one.</param>
    /// <exception cref="LakehouseException">
    /// <c>csv.empty</c>: no record at all. <c>csv.compression</c>, <c>csv.gzip_truncated</c>, <c>csv.gzip_corrupt</c>: not readable as
    /// packed data. <c>csv.encoding</c>: another encoding than declared. <c>csv.header</c>, <c>csv.truncated</c>: no whole header.
    /// </exception>
    public static CsvReader Open(Stream stream, CsvDialect dialect, string name, int? columns = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            var start = new byte[4];
            var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            Stream source = new PrefixedStream(stream, start.AsMemory(0, length));
            if (length >= 2 && start[0] == 0x1F && start[1] == 0x8B)
            {
                source = new GzipSource(source, name);
            }
            else if (OtherArchive(start.AsSpan(0, length)) is { } archive)
            {
                throw new LakehouseException("csv.compression", $"'{name}': expected text or gzip, seen {archive} data at byte 0.{Environment.NewLine}Help: unpack the file or have it delivered as gzip.");
            }
            else if (length > 0 && name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                throw new LakehouseException("csv.gzip_corrupt", $"'{name}': the name says gzip: expected the bytes 1F 8B at byte 0, seen {Convert.ToHexString(start, 0, Math.Min(2, length))}.{Environment.NewLine}Help: fetch the file again, or name it for what it is.");
            }

            return new CsvReader(source, dialect, name, columns);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static string? OtherArchive(ReadOnlySpan<byte> start) => start switch
    {
        [0x28, 0xB5, 0x2F, 0xFD] => "Zstandard",
        [0x50, 0x4B, 0x03, 0x04] => "ZIP",
        [0x42, 0x5A, 0x68, >= 0x31 and <= 0x39] => "bzip2",
        [0xFD, 0x37, 0x7A, 0x58] => "XZ",
        [0x50, 0x41, 0x52, 0x31] => "Parquet",
        _ => null,
    };
}
