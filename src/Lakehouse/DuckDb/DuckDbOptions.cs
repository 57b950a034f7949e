namespace Lakehouse.DuckDb;

/// <summary>Limits of one engine instance. Those of memory, threads and spilling hold for the whole instance, which is why only equal ones share one.</summary>
public sealed record DuckDbOptions
{
    /// <summary>Buffer memory in bytes; more spills to <see cref="TempDirectory"/>. Default: null, the engine's 80 % of the machine.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Threads for one statement. Default: null, one a core.</summary>
    public int? Threads { get; init; }

    /// <summary>Folder for spilled data. Default: null, nothing can spill.</summary>
    public string? TempDirectory { get; init; }

    /// <summary>Most bytes that may be spilled. Default: null, what the disk holds.</summary>
    public long? MaxTempDirectoryBytes { get; init; }

    /// <summary>Keep the order of inputs where SQL leaves it open; costs memory. Default: true, so that the same input gives the same bytes.</summary>
    public bool PreserveInsertionOrder { get; init; } = true;

    /// <summary>
    /// Longest time of one statement; a longer one ends with <c>duckdb.timeout</c> and leaves the connection usable. Default: null, only cancellation ends it.
    /// Planning, and one call of a scalar function on a huge value, end only when they are done.
    /// </summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>
    /// Hears how far the running statement is, on a timer's thread, every <see cref="ProgressInterval"/>; what it throws ends the statement. Default: null.
    /// </summary>
    public Action<StatementProgress>? OnProgress { get; init; }

    /// <summary>Time between two reports to <see cref="OnProgress"/>. Default: one second.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(1);
}
