using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables;

/// <summary>Reads Delta checkpoints with the engine, in an instance of its own. The rows of removed files are left out: they say what is not there.</summary>
/// <param name="store">Where the checkpoints lie.</param>
/// <param name="cache">Where copies of them go; not needed for a store that is a folder of this machine.</param>
public sealed class CheckpointReader(IObjectStore store, FileCache? cache = null) : ICheckpointReader
{
    private static readonly string[] Actions = ["protocol", "metaData", "add", "txn"];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        using var files = EngineFiles.Over(store, cache);
        try
        {
            await files.FetchAsync(paths, cancellationToken).ConfigureAwait(false);
        }
        catch (LakehouseException e) when (e.Code == "store.missing")
        {
            throw Damaged(paths, e.Message, e);
        }

        return await Task.Run(() => Read(paths, [.. paths.Select(files.PathOf)], cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<string> Read(IReadOnlyList<string> paths, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        try
        {
            var rows = $"read_parquet({SqlIdentifier.Literals(files)}, union_by_name = true, hive_partitioning = false)";
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
