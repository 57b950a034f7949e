using Lakehouse.Raw.Compression;

namespace Lakehouse.Raw.Csv;

/// <summary>Opens delimited text, plain or packed, for exact reading.</summary>
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
    /// <param name="stream">The bytes. Gzip and Zstandard are known by their first bytes, not by the name.</param>
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
            return new CsvReader(PackedSource.Open(stream, name, "csv"), dialect, name, columns);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
