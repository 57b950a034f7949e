using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables;

/// <summary>Reads Delta checkpoints with the engine, in an instance of its own. The rows of removed files are left out: they say what is not there.</summary>
/// <param name="store">Where the checkpoints lie.</param>
public sealed class CheckpointReader(LocalObjectStore store) : ICheckpointReader
{
    private static readonly string[] Actions = ["protocol", "metaData", "add", "txn"];

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read(paths, cancellationToken), cancellationToken);

    private IReadOnlyList<string> Read(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        try
        {
            var rows = $"read_parquet({SqlIdentifier.Literals(paths.Select(store.LocalPath))}, union_by_name = true, hive_partitioning = false)";
            var present = connection.Describe($"FROM {rows}", cancellationToken).Select(c => c.Name).Intersect(Actions, StringComparer.Ordinal).ToArray();
            var fields = string.Join(", ", present.Select(a => $"{SqlIdentifier.Quote(a)} := {SqlIdentifier.Quote(a)}"));
            var wanted = string.Join(" OR ", present.Select(a => $"{SqlIdentifier.Quote(a)} IS NOT NULL"));
            return present.Length == 0
                ? throw Damaged(paths, "it has none of the columns of a checkpoint", null)
                : [.. connection.Query($"SELECT to_json(struct_pack({fields}))::VARCHAR FROM {rows} WHERE {wanted}", null, cancellationToken).Rows.Select(r => (string)r[0]!)];
        }
        catch (DuckDbException e)
        {
            throw Damaged(paths, e.Message, e);
        }
    }

    private static LakehouseException Damaged(IReadOnlyList<string> paths, string reason, Exception? inner) =>
        new("delta.corrupt", $"Checkpoint '{paths[0]}' cannot be read: {reason}\nHelp: delete it if the commits before it are still there; otherwise restore it.", inner: inner);
}
