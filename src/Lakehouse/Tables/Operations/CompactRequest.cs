namespace Lakehouse.Tables.Operations;

/// <summary>How files are put together, and their rows in order.</summary>
public sealed record CompactRequest
{
    /// <summary>Size of the files to come, in bytes. Default: 128 MiB.</summary>
    public long TargetBytes { get; init; } = 128L << 20;

    /// <summary>A condition over partition columns alone: only those partitions. Default: null, all.</summary>
    public string? Where { get; init; }

    /// <summary>Values of the first partition column, as the log writes them: only those partitions. Default: null, all.</summary>
    public IReadOnlyCollection<string>? Partitions { get; init; }

    /// <summary>Columns to sort by, each file a range of them. With them, or <see cref="ZOrderBy"/>, all files of a partition are written anew. Default: none.</summary>
    public IReadOnlyList<string> SortBy { get; init; } = [];

    /// <summary>Columns to cluster by so that each of them alone excludes files: rows in the order of a Z-curve over their ranks. Default: none.</summary>
    public IReadOnlyList<string> ZOrderBy { get; init; } = [];
}
