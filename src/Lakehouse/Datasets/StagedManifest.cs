using System.Text.Json;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <summary>What an attempt has staged: files with their statistics, an object of the lake beside them.</summary>
public sealed record StagedManifest
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>All columns of the table, the partition column among them.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>Column whose value stands in the log.</summary>
    public required string PartitionColumn { get; init; }

    /// <summary>Partitions that the rows make up.</summary>
    public required IReadOnlyList<string> Partitions { get; init; }

    /// <summary>How the rows enter the table. Default: they take the place of the partitions' rows.</summary>
    public RowMerge Merge { get; init; } = RowMerge.Replace;

    /// <summary>Files with the rows.</summary>
    public required IReadOnlyList<StagedFile> Files { get; init; }

    /// <summary>Files with the rows kept aside, in the shape of <see cref="Quality.QuarantineTable"/>.</summary>
    public IReadOnlyList<StagedFile> QuarantineFiles { get; init; } = [];

    /// <summary>The rows as a relation, by the files' paths in the lake.</summary>
    public PinnedRelation Relation() => new()
    {
        Dataset = Dataset,
        Columns = Columns,
        PartitionColumn = PartitionColumn,
        Files = [.. Files.Select(f => new PinnedFile(f.Path, f.Partition))],
    };

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="LakehouseException"><c>staging.missing</c>: it is not there, or not whole.</exception>
    public static async Task<StagedManifest> ReadAsync(IObjectStore store, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var bytes = await store.ReadAsync(path, cancellationToken).ConfigureAwait(false) ?? throw Missing(path);
        try
        {
            return JsonSerializer.Deserialize<StagedManifest>(bytes, Json)!;
        }
        catch (JsonException e)
        {
            throw Missing(path, e);
        }
    }

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>What is staged is made durable only when it is published: a machine that lost its power may have lost it.</summary>
    internal static LakehouseException Missing(string path, Exception? cause = null) => new(
        MissingCode, $"Staged rows '{path}' are gone: expected as they were written until the run ends. Help: do not clear '_staging' while runs go on; make them again.", inner: cause);

    /// <summary>Code of the error that staged rows are gone: to be made again.</summary>
    public const string MissingCode = "staging.missing";
}
