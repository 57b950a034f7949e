using Lakehouse.Contracts;

namespace Lakehouse.Raw;

/// <summary>What loading a file gave.</summary>
/// <param name="Records">Records in the file, header not counted: always loaded plus rejected.</param>
/// <param name="Loaded">Rows in the bronze table.</param>
/// <param name="Rejected">Records kept aside with a reason.</param>
/// <param name="BlankLines">Lines with nothing on them.</param>
/// <param name="Header">How the file's header maps to the table.</param>
public sealed record BronzeLoadResult(long Records, long Loaded, long Rejected, long BlankLines, HeaderMatch Header)
{
    /// <summary>SHA-256 over what the file says, the same for every way to write it (docs/guides/late-data.md), lower-case hex; null for a format that only the engine reads.</summary>
    public string? ValueHash { get; init; }
}
