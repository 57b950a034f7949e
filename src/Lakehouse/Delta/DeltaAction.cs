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

    /// <summary>Hides rows of the file; null when every row counts.</summary>
    public DeletionVectorDescriptor? DeletionVector { get; init; }

    /// <summary>Free marks of the writer; null when there are none.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Row tracking: id of the file's first row; null without the feature.</summary>
    public long? BaseRowId { get; init; }

    /// <summary>Row tracking: version of the commit that the file's rows come from; null without the feature.</summary>
    public long? DefaultRowCommitVersion { get; init; }

    /// <summary>What clustered the file; null when nothing did.</summary>
    public string? ClusteringProvider { get; init; }

    /// <summary>Identity of <see cref="DeletionVector"/>; null when there is none. With the path it is the file's identity in the log.</summary>
    public string? DeletionVectorId => DeletionVector?.UniqueId;

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

    /// <summary>Statistics as the protocol's JSON text; null when the writer left them out.</summary>
    public string? Stats { get; init; }

    /// <summary>The deletion vector it had; null when it had none.</summary>
    public DeletionVectorDescriptor? DeletionVector { get; init; }

    /// <summary>Free marks of the writer; null when there are none.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Row tracking: as in the <see cref="AddFile"/>.</summary>
    public long? BaseRowId { get; init; }

    /// <summary>Row tracking: as in the <see cref="AddFile"/>.</summary>
    public long? DefaultRowCommitVersion { get; init; }

    /// <summary>Identity of <see cref="DeletionVector"/>; null when there is none.</summary>
    public string? DeletionVectorId => DeletionVector?.UniqueId;

    /// <summary>The removal of a file, with all that the log should keep of it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="now">When, milliseconds since 1970 (UTC).</param>
    /// <param name="dataChange">False when the commit only rearranges rows.</param>
    public static RemoveFile Of(AddFile file, long now, bool dataChange = true) => new()
    {
        Path = file.Path,
        DeletionTimestamp = now,
        DataChange = dataChange,
        PartitionValues = file.PartitionValues,
        Size = file.Size,
        Stats = file.Stats,
        DeletionVector = file.DeletionVector,
        Tags = file.Tags,
        BaseRowId = file.BaseRowId,
        DefaultRowCommitVersion = file.DefaultRowCommitVersion,
    };
}

/// <summary>A file that tells row by row what a commit changed; readers of the change data feed take it in place of adds and removes.</summary>
public sealed record CdcFile : DeltaAction
{
    /// <summary>Path as in an <see cref="AddFile"/>.</summary>
    public required string Path { get; init; }

    /// <summary>Value of each partition column as text; null for NULL.</summary>
    public required IReadOnlyDictionary<string, string?> PartitionValues { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Free marks of the writer; null when there are none.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }
}

/// <summary>A named setting of a feature.</summary>
/// <param name="Domain">Its name, for example <c>delta.rowTracking</c>.</param>
/// <param name="Configuration">Its content, most often JSON text.</param>
/// <param name="Removed">True when it no longer holds.</param>
public sealed record DomainMetadataAction(string Domain, string Configuration, bool Removed) : DeltaAction;

/// <summary>Only in a v2 checkpoint: the version it holds.</summary>
/// <param name="Version">Version of the table.</param>
public sealed record CheckpointMetadataAction(long Version) : DeltaAction;

/// <summary>Only in a v2 checkpoint: a file under <c>_delta_log/_sidecars/</c> that holds adds and removes.</summary>
/// <param name="Path">File name, or an absolute URI.</param>
/// <param name="SizeInBytes">Its size in bytes.</param>
/// <param name="ModificationTime">When it was written, milliseconds since 1970 (UTC).</param>
public sealed record SidecarAction(string Path, long SizeInBytes, long ModificationTime) : DeltaAction;

/// <summary>How far an application has got: makes a repeated commit recognisable.</summary>
/// <param name="AppId">Who.</param>
/// <param name="Version">How far.</param>
/// <param name="LastUpdated">When, milliseconds since 1970 (UTC); null when not told.</param>
public sealed record TransactionAction(string AppId, long Version, long? LastUpdated) : DeltaAction;

/// <summary>Who committed what and why: free JSON.</summary>
/// <param name="Content">The object.</param>
public sealed record CommitInfoAction(JsonObject Content) : DeltaAction;
