using System.Text.Json;
using Lakehouse;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities;

/// <summary>What a step has staged: files with their statistics, which are too much to travel through Temporal.</summary>
public sealed record StagedManifest
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>All columns of the table, the partition column among them.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>Column whose value stands in the log.</summary>
    public required string PartitionColumn { get; init; }

    /// <summary>Files with the rows.</summary>
    public required IReadOnlyList<StagedFile> Files { get; init; }

    /// <summary>Columns of the quarantine table; empty before the audit.</summary>
    public IReadOnlyList<TableColumn> QuarantineColumns { get; init; } = [];

    /// <summary>Files with the rows kept aside.</summary>
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
    /// <exception cref="LakehouseException"><c>staging.missing</c>: it is not there.</exception>
    public static async Task<StagedManifest> ReadAsync(IObjectStore store, string path, CancellationToken cancellationToken) =>
        await store.ReadAsync(path, cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize<StagedManifest>(bytes, PayloadFormat.Json)!
            : throw Missing(path);

    /// <summary>What a run has staged is gone.</summary>
    public static LakehouseException Missing(string path) =>
        new("staging.missing", $"Staged rows '{path}' are gone: expected until the run ends. Help: do not clear '_staging' while runs go on; run the partition again.");

    /// <summary>Writes the manifest.</summary>
    public Task WriteAsync(IObjectStore store, string path, CancellationToken cancellationToken) =>
        store.PutAsync(path, JsonSerializer.SerializeToUtf8Bytes(this, PayloadFormat.Json), cancellationToken);
}

/// <summary>One staged Parquet file.</summary>
/// <param name="Path">Path in the lake.</param>
/// <param name="Partition">Partition value of its rows.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Stats">Statistics as a Delta <c>add</c> carries them.</param>
public sealed record StagedFile(string Path, string Partition, long Rows, long Bytes, string Stats);
