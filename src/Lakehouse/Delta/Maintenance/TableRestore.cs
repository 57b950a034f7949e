using System.Text.Json.Nodes;
using Lakehouse.Delta.Files;
using Lakehouse.Delta.Transactions;

namespace Lakehouse.Delta.Maintenance;

/// <summary>Going back to an older version, and taking a version elsewhere.</summary>
public static class TableRestore
{
    /// <summary>Makes a new version with the rows, columns and properties of an older one. The older one is pinned meanwhile.</summary>
    /// <exception cref="LakehouseException"><c>delta.vacuumed</c>: files of that version are gone; names the first.</exception>
    public static async Task<CommitOutcome> RestoreAsync(this DeltaTable table, long version, int attempts = 20, CancellationToken cancellationToken = default)
    {
        var pin = await ReaderPin.TakeAsync(table, version, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (pin.ConfigureAwait(false))
        {
            return (await table.TransactAsync((transaction, token) => StageAsync(table, transaction, pin.Snapshot, token), attempts, cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <summary>
    /// Copies a version into a new table of the same store, files and all: the new one stands on its own. Its history begins with the copy.
    /// </summary>
    /// <param name="table">The table to copy from.</param>
    /// <param name="to">The table to make; it must not exist.</param>
    /// <param name="version">Version to copy; null for the newest.</param>
    /// <param name="cancellationToken">Gives up; files that were copied are left to a sweep.</param>
    /// <returns>Files copied.</returns>
    /// <exception cref="LakehouseException"><c>delta.exists</c>: there is a table already.</exception>
    public static async Task<int> CopyAsync(this DeltaTable table, DeltaTable to, long? version = null, CancellationToken cancellationToken = default)
    {
        var pin = await ReaderPin.TakeAsync(table, version, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (pin.ConfigureAwait(false))
        {
            var source = pin.Snapshot;
            if (source.Files.Values.FirstOrDefault(f => f.DeletionVector is not null) is { } hidden)
            {
                throw new LakehouseException("delta.unsupported", $"Table '{table.Path}' cannot be copied: file '{hidden.Path}' has a deletion vector. Help: purge deletion vectors first.");
            }

            await Parallel.ForEachAsync(source.Files.Values, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (file, token) =>
            {
                if (!await table.Store.CopyAsync($"{table.Path}/{file.DecodedPath}", $"{to.Path}/{file.DecodedPath}", token).ConfigureAwait(false))
                {
                    throw Gone(table, source, file);
                }
            }).ConfigureAwait(false);
            var said = new CommitDescription { Operation = "CLONE", Parameters = new JsonObject { ["source"] = table.Path, ["sourceVersion"] = source.Version } };
            var metadata = source.Metadata with
            {
                Id = Guid.NewGuid().ToString(),

                // Its first commit has a time of its own already, if any has.
                Configuration = source.Metadata.Configuration.Where(p => !CommitInfo.Enablement.Contains(p.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal),
            };
            var info = CommitInfo.Of(said, to.Now, CommitInfo.TimeOf(metadata, to.Now, null), isBlindAppend: false);
            var commit = new DeltaCommit(0, [new CommitInfoAction(info), source.Protocol, metadata, .. source.Files.Values]);
            return await to.PutCommitsAsync([commit], cancellationToken).ConfigureAwait(false) == 1
                ? source.Files.Count
                : throw new LakehouseException("delta.exists", $"Table '{to.Path}' is there already: a copy makes a new one. Help: choose another name.");
        }
    }

    private static async Task<CommitDescription?> StageAsync(DeltaTable table, DeltaTransaction transaction, DeltaSnapshot target, CancellationToken cancellationToken)
    {
        var now = transaction.ReadTable().ToDictionary(Key, StringComparer.Ordinal);
        var then = target.Files.Values.ToDictionary(Key, StringComparer.Ordinal);
        AddFile[] restored = [.. then.Where(f => !now.ContainsKey(f.Key)).Select(f => f.Value with { DataChange = true })];
        AddFile[] removed = [.. now.Where(f => !then.ContainsKey(f.Key)).Select(f => f.Value)];
        foreach (var file in restored)
        {
            if (await table.Store.HeadAsync($"{table.Path}/{file.DecodedPath}", cancellationToken).ConfigureAwait(false) is null)
            {
                throw Gone(table, target, file);
            }
        }

        foreach (var file in removed)
        {
            transaction.Remove(file);
        }

        transaction.Add(restored);
        if (!DeltaJson.Write([transaction.Snapshot.Metadata]).AsSpan().SequenceEqual(DeltaJson.Write([target.Metadata])))
        {
            transaction.Add(target.Metadata);
        }

        // The rows kept the rules of their version, which come back with them.
        transaction.RowsAreChecked = true;
        return new CommitDescription
        {
            Operation = "RESTORE",
            Parameters = new JsonObject { ["version"] = target.Version, ["timestamp"] = null },
            Metrics = new Dictionary<string, long>
            {
                ["numRestoredFiles"] = restored.Length,
                ["restoredFilesSize"] = restored.Sum(f => f.Size),
                ["numRemovedFiles"] = removed.Length,
                ["removedFilesSize"] = removed.Sum(f => f.Size),
                ["numOfFilesAfterRestore"] = then.Count,
                ["tableSizeAfterRestore"] = then.Values.Sum(f => f.Size),
            },
        };
    }

    private static string Key(AddFile file) => DeltaFiles.KeyOf(file.Path, file.DeletionVectorId);

    private static LakehouseException Gone(DeltaTable table, DeltaSnapshot snapshot, AddFile file) =>
        new("delta.vacuumed", $"Version {snapshot.Version} of table '{table.Path}' needs '{file.Path}', which is gone. Help: choose a newer version.");
}
