using System.Text.Json;
using Lakehouse;
using Lakehouse.DuckDb;
using Lakehouse.Lineage;
using Lakehouse.ObjectStores;
using Lakehouse.Privacy;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Recording;

namespace Orchestrator.Activities;

/// <summary>The lake as runs use it: tables, and beside them landing, staging, quarantine and ledger (docs/architecture.md, "The lake on disk").</summary>
/// <param name="location">Where the lake is: a folder or a bucket, as <see cref="LakeLocation"/> writes it.</param>
/// <param name="keys">Where keys of tokens are found. Default: the folder that the variable <see cref="FolderKeyRing.Variable"/> names.</param>
/// <param name="time">Clock of the tables' logs, and of what is old. Default: the system's.</param>
public sealed class LakeRoot(string location, IKeyRing? keys = null, TimeProvider? time = null)
{
    private readonly Lake _lake = new(location, time);
    private CatalogOutbox? _outbox;

    /// <summary>Clock of the tables' logs, and of what is old.</summary>
    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    /// <summary>Where keys of tokens are found.</summary>
    public IKeyRing Keys { get; } = keys ?? new FolderKeyRing(Environment.GetEnvironmentVariable(FolderKeyRing.Variable));

    /// <summary>The lake's tables.</summary>
    public Lake Tables => _lake;

    /// <summary>The lake's bytes.</summary>
    public IObjectStore Store => _lake.Store;

    /// <summary>What waits for a decision, and what was decided.</summary>
    public HoldStore Holds => new(Store, Outbox);

    /// <summary>Every run that ended.</summary>
    public RunStore Runs => new(Store);

    /// <summary>Published partitions that are older than what they were made from.</summary>
    public StaleMarks Stale => new(Store, Outbox);

    /// <summary>Who did what to workflows other than runs.</summary>
    public AuditLog Audit => new(Store, Outbox);

    /// <summary>What a catalog has yet to learn.</summary>
    public CatalogOutbox Outbox => LazyInitializer.EnsureInitialized(ref _outbox, () => new CatalogOutbox(Store));

    /// <summary>Folder of the ledger, with a folder for each pipeline.</summary>
    internal const string Ledger = "_ledger/";

    /// <summary>Names of the pipelines that have run here.</summary>
    public Task<IReadOnlyList<string>> PipelinesAsync(CancellationToken cancellationToken) => Store.ListFoldersAsync(Ledger, cancellationToken);

    /// <summary>Folder of what runs stage.</summary>
    public const string Staging = "_staging";

    /// <summary>Name of a folder of the lake in lineage events.</summary>
    public DatasetName NameOf(string folder)
    {
        if (!LakeLocation.IsRemote(location))
        {
            return DatasetName.OfFile(Path.Combine(Path.GetFullPath(location), folder));
        }

        var bucket = LakeLocation.S3Options(location);
        return DatasetName.OfS3(bucket.Bucket, bucket.Prefix + folder);
    }

    /// <summary>Folder for everything a run stages.</summary>
    public static string StagingOf(string runId) => $"{Staging}/{runId}/";

    /// <summary>Newest version of a dataset's table; null when there is none.</summary>
    public Task<long?> VersionAsync(string dataset, CancellationToken cancellationToken) => _lake.VersionAsync(dataset, cancellationToken);

    /// <summary>Runs one SELECT over published tables.</summary>
    public Task<DuckDbResult> QueryAsync(string sql, CancellationToken cancellationToken) => _lake.QueryAsync(sql, cancellationToken);

    /// <summary>The partition's last ledger entry; null when it never ran.</summary>
    public async Task<LedgerEntry?> ReadLedgerAsync(string pipeline, string partition, CancellationToken cancellationToken) =>
        await Store.ReadAsync(LedgerPath(pipeline, partition), cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize<LedgerEntry>(bytes, PayloadFormat.Json)
            : null;

    /// <summary>Replaces the partition's ledger entry.</summary>
    public Task WriteLedgerAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        Store.PutAsync(
            LedgerPath(entry.Result.Request.Pipeline, entry.Result.Request.Partition),
            JsonSerializer.SerializeToUtf8Bytes(entry, PayloadFormat.Json),
            cancellationToken);

    /// <summary>Folder of a pipeline's ledger entries, one object for each partition.</summary>
    internal static string LedgerFolder(string pipeline) => $"{Ledger}{pipeline}/";

    private static string LedgerPath(string pipeline, string partition) => $"{LedgerFolder(pipeline)}{Uri.EscapeDataString(partition)}.json";
}
