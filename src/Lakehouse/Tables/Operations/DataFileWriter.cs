using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables.Operations;

/// <summary>Writes rows as data files of a table, a file or more for each partition, durable before they are named, and remembers them to take them back.</summary>
internal sealed class DataFileWriter(DuckDbConnection connection, DeltaTable table, EngineFiles files, StagingLease lease, TableOperationOptions options)
{
    private const string Rows = "__rows_to_write";

    private readonly List<string> _written = [];
    private int _number;

    /// <summary>Marks of the files to come. Default: null, none.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; set; }

    /// <summary>Rows written so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes the rows of a SELECT that has all of the table's columns.</summary>
    /// <param name="schema">The table.</param>
    /// <param name="select">The rows.</param>
    /// <param name="check">Whether to hold them against the table's rules.</param>
    /// <param name="orderBy">ORDER BY list inside of a partition; null keeps the order of the SELECT.</param>
    /// <param name="rowsPerFile">Most rows in a file.</param>
    /// <param name="dataChange">False when the rows were in the table before.</param>
    /// <param name="isOnePartition">Whether all rows are of one partition, so that their order is already right.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public async Task<IReadOnlyList<AddFile>> WriteAsync(
        TableSchema schema, string select, bool check, string? orderBy = null, long? rowsPerFile = null, bool dataChange = true, bool isOnePartition = false, CancellationToken cancellationToken = default)
    {
        await lease.KeepAsync(cancellationToken).ConfigureAwait(false);
        var adds = new List<AddFile>();
        var most = rowsPerFile ?? options.RowsPerFile;
        if (schema.PartitionColumns.Count == 0 && most is null)
        {
            if (check && (schema.Required().Any() || RowRules.Checks(schema).Any()))
            {
                RowRules.Refuse(connection, schema, $"({select}\n)", table.Path, cancellationToken);
            }

            await AddAsync(adds, schema, [], orderBy is null ? select : $"SELECT * FROM ({select}\n) ORDER BY {orderBy}", "", dataChange, cancellationToken).ConfigureAwait(false);
            return adds;
        }

        var partitions = isOnePartition ? [] : schema.PartitionColumns.Select(c => SqlIdentifier.Quote(c.Name)).ToArray();
        Collect(select, [.. partitions, .. orderBy is null ? Array.Empty<string>() : [orderBy]], cancellationToken);
        try
        {
            if (check)
            {
                RowRules.Refuse(connection, schema, Rows, table.Path, cancellationToken);
            }

            foreach (var (values, first, last) in Parts(schema, cancellationToken))
            {
                // Rows of one partition stand one after the other: a range of row ids is read without a look at the others.
                var step = most ?? last - first + 1;
                for (var from = first; from <= last; from += step)
                {
                    var range = string.Create(
                        CultureInfo.InvariantCulture,
                        $"SELECT {string.Join(", ", schema.DataColumns.Select(c => SqlIdentifier.Quote(c.Name)))} FROM {Rows} WHERE rowid BETWEEN {from} AND {Math.Min(last, from + step - 1)} ORDER BY rowid");
                    await AddAsync(adds, schema, values, range, "", dataChange, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            connection.Execute($"DROP TABLE IF EXISTS {Rows}", CancellationToken.None);
        }

        return adds;
    }

    /// <summary>Writes rows of one partition, without its columns, into one file.</summary>
    public async Task<IReadOnlyList<AddFile>> WritePartitionAsync(
        TableSchema schema, IReadOnlyDictionary<string, string?> values, string select, bool dataChange = true, CancellationToken cancellationToken = default)
    {
        await lease.KeepAsync(cancellationToken).ConfigureAwait(false);
        var adds = new List<AddFile>();
        var columns = string.Join(", ", schema.DataColumns.Select(c => SqlIdentifier.Quote(c.Name)));
        await AddAsync(adds, schema, [.. schema.PartitionColumns.Select(c => KeyValuePair.Create(c.Name, values.GetValueOrDefault(c.Name)))], $"SELECT {columns} FROM ({select}\n)", "", dataChange, cancellationToken).ConfigureAwait(false);
        return adds;
    }

    /// <summary>Writes rows with <c>_change_type</c> as files of the change data feed.</summary>
    public async Task<IReadOnlyList<CdcFile>> WriteChangesAsync(TableSchema schema, string select, CancellationToken cancellationToken)
    {
        await lease.KeepAsync(cancellationToken).ConfigureAwait(false);
        var adds = new List<AddFile>();
        Collect(select, [.. schema.PartitionColumns.Select(c => SqlIdentifier.Quote(c.Name))], cancellationToken);
        var (rows, bytes) = (RowCount, Bytes);
        try
        {
            foreach (var (values, first, last) in Parts(schema, cancellationToken))
            {
                var range = string.Create(
                    CultureInfo.InvariantCulture,
                    $"SELECT {string.Join(", ", schema.DataColumns.Select(c => SqlIdentifier.Quote(c.Name)))}, _change_type FROM {Rows} WHERE rowid BETWEEN {first} AND {last} ORDER BY rowid");
                await AddAsync(adds, schema, values, range, "_change_data/", true, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            connection.Execute($"DROP TABLE IF EXISTS {Rows}", CancellationToken.None);
        }

        (RowCount, Bytes) = (rows, bytes);
        return [.. adds.Select(a => new CdcFile { Path = a.Path, PartitionValues = a.PartitionValues, Size = a.Size })];
    }

    /// <summary>Takes back what was written: the work is done again, or not at all. What stays is swept as orphans.</summary>
    public async Task DiscardAsync()
    {
        foreach (var path in _written)
        {
            await table.Store.DeleteAsync(path, CancellationToken.None).ConfigureAwait(false);
        }

        _written.Clear();
    }

    /// <summary>Holds the rows in their order; what that leaves open is the order they came in, as the engine's sort by itself would not keep it.</summary>
    private void Collect(string select, IReadOnlyList<string> order, CancellationToken cancellationToken) => connection.Execute(
        order.Count == 0
            ? $"CREATE OR REPLACE TEMP TABLE {Rows} AS SELECT * FROM ({select}\n)"
            : $"CREATE OR REPLACE TEMP TABLE {Rows} AS SELECT * EXCLUDE (__place) FROM (SELECT *, row_number() OVER () AS __place FROM ({select}\n)) ORDER BY {string.Join(", ", order)}, __place",
        cancellationToken);

    private IEnumerable<(KeyValuePair<string, string?>[] Values, long First, long Last)> Parts(TableSchema schema, CancellationToken cancellationToken)
    {
        var texts = string.Concat(schema.PartitionColumns.Select(c => $", {PartitionText.ToText(c)}"));
        var parts = connection.Query($"SELECT min(rowid), max(rowid){texts} FROM {Rows} GROUP BY ALL HAVING count(*) > 0 ORDER BY 1", null, cancellationToken);
        return parts.Rows.Select(r => (
            schema.PartitionColumns.Select((c, i) => KeyValuePair.Create(c.Name, (string?)r[i + 2])).ToArray(),
            Convert.ToInt64(r[0], CultureInfo.InvariantCulture),
            Convert.ToInt64(r[1], CultureInfo.InvariantCulture)));
    }

    private async Task AddAsync(
        List<AddFile> adds, TableSchema schema, KeyValuePair<string, string?>[] values, string select, string folder, bool dataChange, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{folder}{PartitionPaths.Folder(values)}{(folder.Length > 0 ? "cdc" : "part")}-{_number++:D5}-{lease.Id}-{Guid.NewGuid():N}.zstd.parquet");
        var path = $"{table.Path}/{name}";
        _written.Add(path);
        var file = connection.CopyToParquet(select, files.PathOf(path), options.Parquet, columns: [], cancellationToken);
        FailPoint.Hit("operation.after-data-file");
        if (file.Rows == 0)
        {
            await table.Store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            return;
        }

        var stats = LeafStatistics.Json(schema, file, expressions =>
            [.. connection.Query($"SELECT {string.Join(", ", expressions.Select(e => $"count(*) - count({e})"))} FROM read_parquet({SqlIdentifier.Literal(file.Path)})", null, cancellationToken)
                .Rows[0].Select(c => Convert.ToInt64(c, CultureInfo.InvariantCulture))]);
        await files.StoreAsync(path, cancellationToken).ConfigureAwait(false);
        FailPoint.Hit("operation.after-store");
        RowCount += file.Rows;
        Bytes += file.Bytes;
        adds.Add(new AddFile
        {
            Path = PartitionPaths.Encode(name),
            PartitionValues = values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal),
            Size = file.Bytes,
            ModificationTime = table.Time.GetUtcNow().ToUnixTimeMilliseconds(),
            DataChange = dataChange,
            Stats = stats,
            Tags = Tags,
        });
    }
}
