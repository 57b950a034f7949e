// One file: the actions of the Delta protocol's log, one message family (https://github.com/delta-io/delta/blob/master/PROTOCOL.md#actions).
using System.Text.Json.Nodes;

namespace Lakehouse.Delta;

/// <summary>One line of a commit.</summary>
public abstract record DeltaAction;

/// <summary>What a reader and a writer must know to work on the table.</summary>
/// <param name="MinReaderVersion">Least reader version.</param>
/// <param name="MinWriterVersion">Least writer version.</param>
/// <param name="ReaderFeatures">Named reader features, from reader version 3 on.</param>
/// <param name="WriterFeatures">Named writer features, from writer version 7 on.</param>
public sealed record ProtocolAction(int MinReaderVersion, int MinWriterVersion, IReadOnlyList<string> ReaderFeatures, IReadOnlyList<string> WriterFeatures) : DeltaAction;

/// <summary>The table's schema and settings.</summary>
public sealed record MetadataAction : DeltaAction
{
    /// <summary>Id of the table, a UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people; null when there is none.</summary>
    public string? Name { get; init; }

    /// <summary>Description for people; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>Schema as the protocol's JSON text.</summary>
    public required string SchemaString { get; init; }

    /// <summary>Columns whose values stand in the log instead of the files.</summary>
    public required IReadOnlyList<string> PartitionColumns { get; init; }

    /// <summary>Table properties.</summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>();

    /// <summary>When the table was made, milliseconds since 1970 (UTC).</summary>
    public long? CreatedTime { get; init; }
}

/// <summary>A data file that becomes part of the table.</summary>
public sealed record AddFile : DeltaAction
{
    /// <summary>Path relative to the table's folder, percent-encoded as the protocol wants it.</summary>
    public required string Path { get; init; }

    /// <summary>Value of each partition column as text; null for NULL.</summary>
    public required IReadOnlyDictionary<string, string?> PartitionValues { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>When it was written, milliseconds since 1970 (UTC).</summary>
    public required long ModificationTime { get; init; }

    /// <summary>False when the commit only rearranges rows. Default: true.</summary>
    public bool DataChange { get; init; } = true;

    /// <summary>Statistics as the protocol's JSON text; null when unknown.</summary>
    public string? Stats { get; init; }

    /// <summary>Identity of the deletion vector that hides rows of the file; null when it has none. With the path it is the file's identity in the log.</summary>
    public string? DeletionVectorId { get; init; }

    /// <summary>Path on disk, decoded.</summary>
    public string DecodedPath => Uri.UnescapeDataString(Path);
}

/// <summary>A data file that is no longer part of the table.</summary>
public sealed record RemoveFile : DeltaAction
{
    /// <summary>Path as in the <see cref="AddFile"/>.</summary>
    public required string Path { get; init; }

    /// <summary>When it was removed, milliseconds since 1970 (UTC).</summary>
    public required long DeletionTimestamp { get; init; }

    /// <summary>False when the commit only rearranges rows. Default: true.</summary>
    public bool DataChange { get; init; } = true;

    /// <summary>Partition values of the file; null when the writer left them out.</summary>
    public IReadOnlyDictionary<string, string?>? PartitionValues { get; init; }

    /// <summary>Its size in bytes; null when the writer left it out.</summary>
    public long? Size { get; init; }

    /// <summary>Identity of the deletion vector it had; null when it had none.</summary>
    public string? DeletionVectorId { get; init; }
}

/// <summary>How far an application has got: makes a repeated commit recognisable.</summary>
/// <param name="AppId">Who.</param>
/// <param name="Version">How far.</param>
/// <param name="LastUpdated">When, milliseconds since 1970 (UTC); null when not told.</param>
public sealed record TransactionAction(string AppId, long Version, long? LastUpdated) : DeltaAction;

/// <summary>Who committed what and why: free JSON.</summary>
/// <param name="Content">The object.</param>
public sealed record CommitInfoAction(JsonObject Content) : DeltaAction;
