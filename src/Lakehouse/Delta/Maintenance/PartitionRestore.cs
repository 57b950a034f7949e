using System.Text.Json.Nodes;
using Lakehouse.Delta.Files;
using Lakehouse.Delta.Transactions;

namespace Lakehouse.Delta.Maintenance;

/// <summary>Going back to how some partitions of a table were, and leaving the others as they are.</summary>
public static class PartitionRestore
{
    /// <summary>A file that some partitions had and that is neither in the table nor in the store any more; null when they can be had back whole.</summary>
    /// <param name="table">The table.</param>
    /// <param name="head">The table now.</param>
    /// <param name="then">The table as it was.</param>
    /// <param name="partitions">Values of the first partition column.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AddFile?> MissingAsync(DeltaTable table, DeltaSnapshot head, DeltaSnapshot then, IReadOnlySet<string> partitions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(head);
        var now = Of(head, partitions).Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (key, file) in Of(then, partitions))
        {
            if (!now.Contains(key) && await table.Store.HeadAsync($"{table.Path}/{file.DecodedPath}", cancellationToken).ConfigureAwait(false) is null)
            {
                return file;
            }
        }

        return null;
    }

    /// <summary>Whether a partition has the same files in two versions of a table.</summary>
    /// <param name="one">One version.</param>
    /// <param name="other">The other.</param>
    /// <param name="partition">Value of the first partition column; null for the whole table.</param>
    public static bool IsSame(DeltaSnapshot one, DeltaSnapshot other, string? partition)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        HashSet<string> KeysOf(DeltaSnapshot snapshot) =>
            [.. (partition is null ? snapshot.Files.Values : snapshot.FilesOf(partition)).Select(f => DeltaFiles.KeyOf(f.Path, f.DeletionVectorId))];
        return KeysOf(one).SetEquals(KeysOf(other));
    }

    /// <summary>Gives partitions the files that they had. Columns that the table has got since stay, without values in the rows that come back.</summary>
    /// <param name="transaction">Work on the table as it is now.</param>
    /// <param name="then">The table as it was; whoever calls has made sure that its files are there (<see cref="MissingAsync"/>) and stay there (<see cref="ReaderPin"/>).</param>
    /// <param name="partitions">Values of the first partition column.</param>
    /// <returns>What to say of the commit.</returns>
    public static CommitDescription Stage(DeltaTransaction transaction, DeltaSnapshot then, IReadOnlySet<string> partitions)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(then);
        var (now, before) = (Of(transaction.Snapshot, partitions), Of(then, partitions));
        AddFile[] restored = [.. before.Where(f => !now.ContainsKey(f.Key)).Select(f => f.Value with { DataChange = true })];
        AddFile[] removed = [.. now.Where(f => !before.ContainsKey(f.Key)).Select(f => f.Value)];
        foreach (var file in removed)
        {
            transaction.Remove(file);
        }

        transaction.Add(restored);

        // The rows were held against the table's rules when they were first written.
        transaction.RowsAreChecked = true;
        return new CommitDescription
        {
            Operation = "RESTORE",
            Parameters = new JsonObject { ["version"] = then.Version, ["timestamp"] = null, ["partitions"] = new JsonArray([.. partitions.Order(StringComparer.Ordinal).Select(p => JsonValue.Create(p))]).ToJsonString() },
            Metrics = new Dictionary<string, long>
            {
                ["numRestoredFiles"] = restored.Length,
                ["restoredFilesSize"] = restored.Sum(f => f.Size),
                ["numRemovedFiles"] = removed.Length,
                ["removedFilesSize"] = removed.Sum(f => f.Size),
            },
        };
    }

    private static Dictionary<string, AddFile> Of(DeltaSnapshot snapshot, IReadOnlySet<string> partitions) =>
        snapshot.FilesOf(partitions).ToDictionary(f => DeltaFiles.KeyOf(f.Path, f.DeletionVectorId), StringComparer.Ordinal);
}
