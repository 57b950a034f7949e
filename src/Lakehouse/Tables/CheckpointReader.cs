using System.Text;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables;

/// <summary>
/// Reads Delta checkpoints with the engine, in an instance of its own that is opened once and kept: only the fields of the log are read, not the parsed
/// statistics beside them, and rows are handed on as they come. The rows of removed files are left out: they say what is not there.
/// </summary>
/// <param name="store">Where the checkpoints lie.</param>
/// <param name="cache">Where copies of them go; not needed for a store that is a folder of this machine.</param>
public sealed class CheckpointReader(IObjectStore store, FileCache? cache = null) : ICheckpointReader
{
    private static readonly string[] Others = ["protocol", "metaData", "txn", "domainMetadata", "sidecar", "checkpointMetadata"];

    private static readonly string[] Removed = ["remove", "sidecar"];

    /// <summary>Fields of <c>add</c> in the order in which <see cref="Add"/> reads them.</summary>
    private static readonly (string Name, string Type)[] Fields =
    [
        ("path", "VARCHAR"), ("partitionValues", "MAP(VARCHAR, VARCHAR)"), ("size", "BIGINT"), ("modificationTime", "BIGINT"), ("dataChange", "BOOLEAN"), ("stats", "VARCHAR"),
        ("tags", "MAP(VARCHAR, VARCHAR)"), ("baseRowId", "BIGINT"), ("defaultRowCommitVersion", "BIGINT"), ("clusteringProvider", "VARCHAR"),
    ];

    private static readonly (string Name, string Type)[] VectorFields =
        [("storageType", "VARCHAR"), ("pathOrInlineDv", "VARCHAR"), ("offset", "BIGINT"), ("sizeInBytes", "BIGINT"), ("cardinality", "BIGINT")];

    private static readonly Dictionary<string, string?> NoValues = [];

    private readonly Lazy<DuckDbDatabase> _engine = new(() => DuckDbDatabase.OpenInMemory(new DuckDbOptions { PreserveInsertionOrder = false }));

    /// <inheritdoc/>
    public Task ReadAsync(IReadOnlyList<string> paths, Action<DeltaAction> onAction, CancellationToken cancellationToken = default) =>
        ReadAsync(paths, Others, onAction, cancellationToken);

    /// <inheritdoc/>
    public Task ReadRemovedAsync(IReadOnlyList<string> paths, Action<DeltaAction> onAction, CancellationToken cancellationToken = default) =>
        ReadAsync(paths, Removed, onAction, cancellationToken);

    private async Task ReadAsync(IReadOnlyList<string> paths, string[] wanted, Action<DeltaAction> onAction, CancellationToken cancellationToken)
    {
        using var files = EngineFiles.Over(store, cache);
        try
        {
            await files.FetchAsync([.. paths.Where(p => !DeltaPath.IsAbsolute(p))], cancellationToken).ConfigureAwait(false);
        }
        catch (LakehouseException e) when (e.Code == "store.missing")
        {
            throw Damaged(paths, e.Message, e);
        }

        string[] local = [.. paths.Select(p => DeltaPath.IsAbsolute(p) ? p : files.PathOf(p))];
        await Task.Run(() => Read(paths, local, wanted, onAction, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private void Read(IReadOnlyList<string> paths, IReadOnlyList<string> files, string[] wanted, Action<DeltaAction> onAction, CancellationToken cancellationToken)
    {
        using var connection = _engine.Value.Connect();
        try
        {
            connection.Stream(Select(connection, files, paths, wanted, cancellationToken), (columns, rows) => Read(columns, rows, paths[0], onAction), cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw Damaged(paths, e.Message, e);
        }
    }

    private static string Select(DuckDbConnection connection, IReadOnlyList<string> files, IReadOnlyList<string> paths, string[] wanted, CancellationToken cancellationToken)
    {
        var rows = $"read_parquet({SqlIdentifier.Literals(files)}{(files.Count > 1 ? ", union_by_name = true" : "")}, hive_partitioning = false)";
        var columns = connection.Describe($"FROM {rows}", cancellationToken).ToDictionary(c => c.Name, c => c.Type, StringComparer.Ordinal);
        var others = wanted.Where(columns.ContainsKey).ToArray();
        if (!Others.Concat(Removed).Append("add").Any(columns.ContainsKey))
        {
            throw Damaged(paths, "it has none of the columns of a checkpoint", null);
        }

        var add = columns.TryGetValue("add", out var structure) && wanted == Others ? FieldsOf(structure) : [];
        var vector = add.TryGetValue("deletionVector", out var descriptor) ? FieldsOf(descriptor) : [];
        var selected = Fields.Select(f => f.Name == "stats" && !add.ContainsKey("stats") && add.ContainsKey("stats_parsed")
                ? "CAST(to_json(\"add\".\"stats_parsed\") AS VARCHAR)"
                : $"CAST({(add.ContainsKey(f.Name) ? $"\"add\".{SqlIdentifier.Quote(f.Name)}" : "NULL")} AS {f.Type})")
            .Concat(VectorFields.Select(f => $"CAST({(vector.ContainsKey(f.Name) ? $"\"add\".\"deletionVector\".{SqlIdentifier.Quote(f.Name)}" : "NULL")} AS {f.Type})"));
        var packed = string.Join(", ", others.Select(a => $"{SqlIdentifier.Quote(a)} := {SqlIdentifier.Quote(a)}"));
        var other = string.Join(" OR ", others.Select(a => $"{SqlIdentifier.Quote(a)} IS NOT NULL"));
        return $"SELECT {string.Join(", ", selected)}, {(others.Length == 0 ? "CAST(NULL AS VARCHAR)" : $"CASE WHEN {other} THEN CAST(to_json(struct_pack({packed})) AS VARCHAR) END")} "
            + $"FROM {rows} WHERE {string.Join(" OR ", new[] { add.ContainsKey("path") ? "\"add\".\"path\" IS NOT NULL" : "false", other }.Where(t => t.Length > 0))}";
    }

    /// <summary>Fields of a structure's type as the engine writes it, <c>STRUCT(a INTEGER, "b c" MAP(VARCHAR, VARCHAR))</c>, with their types.</summary>
    private static Dictionary<string, string> FieldsOf(string type)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!type.StartsWith("STRUCT(", StringComparison.Ordinal) || type[^1] != ')')
        {
            return fields;
        }

        var (start, depth, isQuoted) = ("STRUCT(".Length, 0, false);
        for (var i = start; i < type.Length; i++)
        {
            var c = type[i];
            isQuoted ^= c == '"';
            if (!isQuoted && ((c == ',' && depth == 0) || (c == ')' && depth == 0)))
            {
                var field = type[start..i].Trim();
                var end = field[0] == '"' ? field.IndexOf("\" ", StringComparison.Ordinal) + 1 : field.IndexOf(' ', StringComparison.Ordinal);
                fields[field[..end].Trim('"')] = field[(end + 1)..];
                start = i + 1;
            }

            depth += isQuoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
        }

        return fields;
    }

    private static void Read(VectorReader[] columns, int rows, string file, Action<DeltaAction> onAction)
    {
        AddFile? last = null;
        for (ulong row = 0; row < (ulong)rows; row++)
        {
            if (columns[0].Text(row) is { } path)
            {
                // Files of one partition often stand together and share its values.
                onAction(last = Add(columns, row, path, last?.PartitionValues, file));
            }
            else if (columns[^1].Text(row) is { } other)
            {
                DeltaJson.Read(file, Encoding.UTF8.GetBytes(other), withInfo: false, onAction);
            }
        }
    }

    private static AddFile Add(VectorReader[] c, ulong row, string path, IReadOnlyDictionary<string, string?>? partition, string file)
    {
        var v = Fields.Length;
        return new AddFile
        {
            Path = path,
            PartitionValues = c[1].Texts(row, partition) ?? NoValues,
            Size = c[2].Long(row) ?? throw new LakehouseException("delta.corrupt", $"Checkpoint '{file}': the file '{path}' has no size."),
            ModificationTime = c[3].Long(row) ?? 0,
            DataChange = c[4].Truth(row) ?? true,
            Stats = c[5].Text(row),
            Tags = c[6].Texts(row, null) is { Count: > 0 } tags ? tags : null,
            BaseRowId = c[7].Long(row),
            DefaultRowCommitVersion = c[8].Long(row),
            ClusteringProvider = c[9].Text(row),
            DeletionVector = c[v].Text(row) is { } storage
                ? new DeletionVectorDescriptor
                {
                    StorageType = storage,
                    PathOrInlineDv = c[v + 1].Text(row) ?? "",
                    Offset = (int?)c[v + 2].Long(row),
                    SizeInBytes = (int)(c[v + 3].Long(row) ?? 0),
                    Cardinality = c[v + 4].Long(row) ?? 0,
                }
                : null,
        };
    }

    private static LakehouseException Damaged(IReadOnlyList<string> paths, string reason, Exception? inner) =>
        new("delta.corrupt", $"Checkpoint '{paths[0]}' cannot be read: {reason}\nHelp: delete it if the commits before it are still there; otherwise restore it.", inner: inner);
}
