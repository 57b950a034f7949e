using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Quality;

namespace Lakehouse.Datasets;

/// <summary>Whose attempt it is, and what it may use and reach.</summary>
public sealed record AttemptOptions
{
    /// <summary>The run; stands in every row that is kept aside.</summary>
    public required string RunId { get; init; }

    /// <summary>When the run was planned (UTC); stands there too, the same on every repetition.</summary>
    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>Folder of the lake for what the run stages, ending in <c>/</c>; every attempt makes one of its own in it.</summary>
    public required string StagingFolder { get; init; }

    /// <summary>Memory, threads, spill quota and the time of a statement. Threads that are not given are one while the input is small.</summary>
    public required DuckDbOptions Limits { get; init; }

    /// <summary>Bytes that the attempt will read. Default: 0.</summary>
    public long InputBytes { get; init; }

    /// <summary>Folders of the lake that the engine can reach, staging and tables, without a slash at the end.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>Checks written in C#, by the name that contracts use for them. Default: none.</summary>
    public IReadOnlyDictionary<string, ICustomCheck> CustomChecks { get; init; } = new Dictionary<string, ICustomCheck>();

    /// <summary>Where keys of tokens are found. Default: nowhere, a contract that needs one is refused.</summary>
    public IKeyRing Keys { get; init; } = new FolderKeyRing(null);

    // Below this the engine splits nothing, and threads of its own only wait for each other.
    private const long SmallInput = 32 << 20;

    internal DuckDbOptions EffectiveLimits => Limits with { Threads = Limits.Threads ?? (InputBytes < SmallInput ? 1 : null) };
}
