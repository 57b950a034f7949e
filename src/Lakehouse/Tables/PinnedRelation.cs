using Lakehouse.Delta;
using Lakehouse.Delta.DeletionVectors;
using Lakehouse.Delta.Schema;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables;

/// <summary>
/// What a statement sees of one table: exact files, with the partition values that the log gives each and without the rows that deletion vectors hide.
/// Registered as a view under the dataset's name.
/// </summary>
public sealed record PinnedRelation
{
    private readonly IReadOnlyList<string>? _partitionColumns;

    /// <summary>Name of the dataset, for example <c>silver.cases</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>All columns, the partition columns among them.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>First column whose value stands in the log; null for a table without partitions.</summary>
    public string? PartitionColumn { get; init; }

    /// <summary>All columns whose values stand in the log. Default: <see cref="PartitionColumn"/> alone.</summary>
    public IReadOnlyList<string> PartitionColumns
    {
        get => _partitionColumns ?? (PartitionColumn is { } only ? [only] : []);
        init => _partitionColumns = value;
    }

    /// <summary>The files, each with its partition values.</summary>
    public required IReadOnlyList<PinnedFile> Files { get; init; }

    /// <summary>How the columns lie in the files. Default: null, by the names of <see cref="Columns"/>.</summary>
    public DeltaStruct? Schema { get; init; }

    /// <summary>How <see cref="Schema"/> names them.</summary>
    public ColumnMapping Mapping { get; init; }

    /// <summary>The files of a snapshot, or of some of its partitions, by their paths in the store.</summary>
    /// <param name="dataset">Name of the dataset.</param>
    /// <param name="snapshot">The version.</param>
    /// <param name="tablePath">The table's folder in the store.</param>
    /// <param name="partitions">Chooses by the value of the first partition column. Default: null, all.</param>
    public static PinnedRelation Of(string dataset, DeltaSnapshot snapshot, string tablePath, Func<string?, bool>? partitions = null) =>
        Of(dataset, snapshot, tablePath, partitions is null ? snapshot.Files : snapshot.Files.Of(v => partitions(snapshot.PartitionKeys is [var column, ..] ? v.GetValueOrDefault(column) : null)));

    /// <summary>Some files of a snapshot, by their paths in the store.</summary>
    public static PinnedRelation Of(string dataset, DeltaSnapshot snapshot, string tablePath, IEnumerable<AddFile> files)
    {
        var schema = snapshot.Schema();
        var partitions = snapshot.Metadata.PartitionColumns;
        var keys = snapshot.PartitionKeys;
        return new PinnedRelation
        {
            Dataset = dataset,
            Columns = DeltaTypes.Columns(schema),
            PartitionColumn = partitions.FirstOrDefault(),
            PartitionColumns = partitions,
            Schema = schema,
            Mapping = snapshot.ColumnMapping,
            Files = [.. files.Select(f => Pin(f, tablePath, keys))],
        };
    }

    /// <summary>The same files as the engine can read them.</summary>
    /// <param name="files">Brings them here; its disposal ends their use.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public async Task<PinnedRelation> FetchAsync(EngineFiles files, CancellationToken cancellationToken = default)
    {
        var wanted = Files.Select(f => f.Path).Concat(Files.Select(f => f.DeletionVectorPath).OfType<string>()).Where(p => !DeltaPath.IsAbsolute(p));
        await files.FetchAsync([.. wanted.Distinct(StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false);
        return this with
        {
            Files = [.. Files.Select(f => f with { Path = Local(files, f.Path), DeletionVectorPath = f.DeletionVectorPath is { } vector ? Local(files, vector) : null })],
        };
    }

    /// <summary>Creates the view, in the place of one of the same name. The files must be local: <see cref="FetchAsync"/>.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="name">Name of the view; null for the dataset's own, in a schema named for its layer.</param>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a deletion vector cannot be read.</exception>
    public void Register(DuckDbConnection connection, string? name = null)
    {
        var view = name ?? Dataset;
        if (view.Split('.') is [var schema, _])
        {
            connection.Execute($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(schema)}");
        }

        connection.Execute($"CREATE OR REPLACE VIEW {SqlIdentifier.QuoteQualified(view)} AS {new PinnedSelect(this, connection, view).Sql()}");
    }

    private static string Local(EngineFiles files, string path) => DeltaPath.IsAbsolute(path) ? path : files.PathOf(path);

    private static PinnedFile Pin(AddFile file, string tablePath, IReadOnlyList<string> keys) =>
        new(DeltaPath.Resolve(tablePath, file.Path), keys is [var first, ..] ? file.PartitionValues.GetValueOrDefault(first) : null)
        {
            PartitionValues = keys.Count > 1 ? [.. keys.Select(k => file.PartitionValues.GetValueOrDefault(k))] : null,
            DeletionVector = file.DeletionVector,
            DeletionVectorPath = file.DeletionVector is { } vector ? DeletionVector.FileOf(vector, tablePath) : null,
        };
}
