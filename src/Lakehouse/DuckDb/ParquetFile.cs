namespace Lakehouse.DuckDb;

/// <summary>A Parquet file as the engine wrote it.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Columns">Statistics of each column.</param>
public sealed record ParquetFile(string Path, long Rows, long Bytes, IReadOnlyList<ColumnStatistics> Columns)
{
    /// <summary>Statistics of every column that holds values, fields of structs too, by its path as the engine quotes it: <c>"s"."x"</c>. Their types are not told.</summary>
    public IReadOnlyDictionary<string, ColumnStatistics> Leaves { get; init; } = new Dictionary<string, ColumnStatistics>();
}

/// <summary>What is known of one column of a file.</summary>
/// <param name="Name">Column name.</param>
/// <param name="Type">SQL type.</param>
/// <param name="Min">Smallest value as the engine writes it; null when unknown.</param>
/// <param name="Max">Largest value; null when unknown.</param>
/// <param name="Nulls">Number of NULLs; null when unknown.</param>
/// <param name="HasNaN">Whether NaN occurs, which min and max leave out.</param>
public sealed record ColumnStatistics(string Name, string Type, string? Min, string? Max, long? Nulls, bool HasNaN);

/// <summary>How Parquet is written.</summary>
public sealed record ParquetWriteOptions
{
    /// <summary>zstd (default), snappy or lz4_raw.</summary>
    public string Compression { get; init; } = "zstd";

    /// <summary>Rows per row group. Default: 122,880.</summary>
    public int RowGroupSize { get; init; } = 122_880;

    /// <summary>Level of the compression, 1 to 22 for zstd. Default: null, the engine's 3; 9 packs a tenth tighter and takes three times as long.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>
    /// Columns whose order the rows have in the file, such as the clustering key: readers then skip row groups, and the same rows give the same bytes.
    /// Default: none, the order of the query.
    /// </summary>
    public IReadOnlyList<string> SortedBy { get; init; } = [];

    /// <summary>Texts kept in the file's footer by name. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
