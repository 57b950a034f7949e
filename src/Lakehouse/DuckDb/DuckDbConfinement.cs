using System.Globalization;

namespace Lakehouse.DuckDb;

/// <summary>What an instance may use and reach. Fixed for the instance's life.</summary>
public sealed record DuckDbConfinement
{
    /// <summary>Memory, threads, spill quota and the time of a statement; its folder for spilled data is not used, see <see cref="SpillRoot"/>.</summary>
    public required DuckDbOptions Limits { get; init; }

    /// <summary>Absolute paths of the folders whose files can be read and written. Everything else is out of reach.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>Folder under which the instance gets one for what it spills. Default: null, nothing can spill.</summary>
    public string? SpillRoot { get; init; }

    /// <summary>The limits that are an instance's; those of a statement are its connection's.</summary>
    internal DuckDbOptions Instance => Limits with { TempDirectory = null, StatementTimeout = null, OnProgress = null };

    /// <summary>The same for equal confinements.</summary>
    internal string Key => string.Create(
        CultureInfo.InvariantCulture,
        $"{Instance}\n{SpillRoot}\n{string.Join('\n', Folders.Order(StringComparer.Ordinal))}");
}
