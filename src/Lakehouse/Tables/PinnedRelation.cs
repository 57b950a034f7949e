using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables;

/// <summary>
/// What a statement sees of one table: exact files, with the partition value that the log gives each. Registered as a view under the dataset's name.
/// </summary>
public sealed record PinnedRelation
{
    /// <summary>Name of the dataset, for example <c>silver.cases</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>All columns, the partition column among them.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>Column whose value stands in the log; null for a table without partitions.</summary>
    public string? PartitionColumn { get; init; }

    /// <summary>The files, each with its partition value.</summary>
    public required IReadOnlyList<PinnedFile> Files { get; init; }

    /// <summary>The files of a snapshot, or of some of its partitions, by their paths in the store.</summary>
    public static PinnedRelation Of(string dataset, DeltaSnapshot snapshot, string tablePath, Func<string?, bool>? partitions = null)
    {
        if (snapshot.Metadata.PartitionColumns.Count > 1)
        {
            throw new LakehouseException("delta.unsupported", $"Table '{tablePath}' has {snapshot.Metadata.PartitionColumns.Count} partition columns; reading more than one is not supported yet.");
        }

        return new PinnedRelation
        {
            Dataset = dataset,
            Columns = DeltaTypes.FromDeltaSchema(snapshot.Metadata.SchemaString),
            PartitionColumn = snapshot.Metadata.PartitionColumns.FirstOrDefault(),
            Files =
            [
                .. snapshot.Files.Values.Where(f => partitions is null || partitions(snapshot.PartitionOf(f)))
                    .Select(f => new PinnedFile($"{tablePath}/{f.DecodedPath}", snapshot.PartitionOf(f))),
            ],
        };
    }

    /// <summary>The same files as the engine can read them.</summary>
    /// <param name="files">Brings them here; its disposal ends their use.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public async Task<PinnedRelation> FetchAsync(EngineFiles files, CancellationToken cancellationToken = default)
    {
        await files.FetchAsync([.. Files.Select(f => f.Path)], cancellationToken).ConfigureAwait(false);
        return this with { Files = [.. Files.Select(f => f with { Path = files.PathOf(f.Path) })] };
    }

    /// <summary>Creates the view. The files must be local: <see cref="FetchAsync"/>.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="name">Name of the view; null for the dataset's own, in a schema named for its layer.</param>
    public void Register(DuckDbConnection connection, string? name = null)
    {
        var view = name ?? Dataset;
        if (view.Split('.') is [var schema, _])
        {
            connection.Execute($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(schema)}");
        }

        connection.Execute($"CREATE VIEW {SqlIdentifier.QuoteQualified(view)} AS {Select()}");
    }

    /// <summary>
    /// Columns have the types the schema declares, whatever their files hold (Spark's INT96 has no time zone); one that no file has yet, because it was
    /// added later, is NULL. Casts to a column's own type cost nothing and let filters through to the scan.
    /// </summary>
    private string Select()
    {
        var all = string.Join(", ", Columns.Select(c => $"CAST({SqlIdentifier.Quote(c.Name)} AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"));
        var nothing = $"SELECT {string.Join(", ", Columns.Select(c => $"CAST(NULL AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"))} WHERE false";
        return Files.Count == 0 ? nothing : $"SELECT {all} FROM ({nothing} UNION ALL BY NAME {Rows()})";
    }

    private string Rows()
    {
        if (PartitionColumn is not { } column)
        {
            return $"SELECT * FROM {Read(Files)}";
        }

        var type = Columns.First(c => c.Name == column).SqlType;
        if (Files.All(f => IsHive(f, column)))
        {
            // One scan, and a filter on the partition column skips files.
            return $"SELECT * FROM {Read(Files, $"hive_partitioning = true, hive_types = {{{SqlIdentifier.Quote(column)}: {type}}}")}";
        }

        // The log's empty text means NULL, as in every reader.
        return string.Join(" UNION ALL BY NAME ", Files.GroupBy(f => string.IsNullOrEmpty(f.PartitionValue) ? null : f.PartitionValue).Select(g =>
            $"SELECT *, CAST({(g.Key is null ? "NULL" : SqlIdentifier.Literal(g.Key))} AS {type}) AS {SqlIdentifier.Quote(column)} FROM {Read(g)}"));
    }

    private static string Read(IEnumerable<PinnedFile> files, string partitioning = "hive_partitioning = false") =>
        $"read_parquet({SqlIdentifier.Literals(files.Select(f => f.Path))}, union_by_name = true, {partitioning})";

    /// <summary>Whether the file's folder says the same partition value as the log, and nothing else in its path looks like one.</summary>
    private static bool IsHive(PinnedFile file, string column) =>
        file.PartitionValue is { Length: > 0 } value
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && Path.GetFileName(Path.GetDirectoryName(file.Path)) == $"{column}={value}"
        && file.Path.Count(c => c == '=') == 1;
}

/// <summary>One file of a relation.</summary>
/// <param name="Path">Path in the store, or absolute path once fetched.</param>
/// <param name="PartitionValue">Value of the partition column, null for NULL or none.</param>
public sealed record PinnedFile(string Path, string? PartitionValue);
