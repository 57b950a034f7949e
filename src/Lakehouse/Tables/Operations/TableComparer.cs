using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Compares versions of a table. Files that both versions name hold the same rows and are not read.</summary>
/// <param name="lake">The lake.</param>
/// <param name="options">Limits of the engine. Default: the library's.</param>
public sealed class TableComparer(Lake lake, DuckDbOptions? options = null)
{
    /// <summary>Compares two versions by key.</summary>
    /// <param name="dataset">The table.</param>
    /// <param name="from">The earlier version.</param>
    /// <param name="to">The later version; null for the newest.</param>
    /// <param name="key">Columns by which a row is known; NULL is a value like any other.</param>
    /// <param name="rows">How many differing rows are told one by one, at most. Default: 20.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    /// <exception cref="LakehouseException"><c>query.table</c>, <c>delta.version</c>: there is no such table or version. <c>diff.key</c>: the key does not tell rows apart, or is not in the table.</exception>
    public async Task<TableDiff> CompareAsync(
        string dataset, long from, long? to, IReadOnlyList<string> key, int rows = 20, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(key.Count);
        var table = lake.Table(dataset);
        var head = await table.HeadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new LakehouseException("query.table", $"No table '{dataset}' in the lake '{lake.Store}'. Help: run a pipeline that publishes it.");
        var after = to is null ? head : await table.AtAsync(to.Value, cancellationToken).ConfigureAwait(false);
        var before = await table.AtAsync(from, cancellationToken).ConfigureAwait(false);
        using var database = DuckDbDatabase.OpenInMemory(options ?? new DuckDbOptions());
        using var connection = database.Connect();
        using var files = lake.OpenFiles();
        var old = await PinAsync(dataset, table.Path, before, after, files, cancellationToken).ConfigureAwait(false);
        var @new = await PinAsync(dataset, table.Path, after, before, files, cancellationToken).ConfigureAwait(false);
        old.Register(connection, "before");
        @new.Register(connection, "after");
        DuckDbSandbox.Lock(connection, [.. old.Files.Concat(@new.Files).Select(f => f.Path)], []);

        var columns = (Old: old.Columns.Select(c => c.Name).ToArray(), New: @new.Columns.Select(c => c.Name).ToArray());
        var common = columns.New.Intersect(columns.Old, StringComparer.Ordinal).ToArray();
        if (key.FirstOrDefault(k => !common.Contains(k)) is { } missing)
        {
            throw new LakehouseException("diff.key", $"'{missing}' is no column of '{dataset}' in both versions {before.Version} and {after.Version}: expected one of {string.Join(", ", common)}. Help: give another key.");
        }

        RefuseRepeated(connection, dataset, "before", before.Version, key, cancellationToken);
        RefuseRepeated(connection, dataset, "after", after.Version, key, cancellationToken);
        return new Comparison(connection, key, [.. common.Except(key, StringComparer.Ordinal)], cancellationToken).Run(rows) with
        {
            Dataset = dataset,
            From = before.Version,
            To = after.Version,
            ColumnsAdded = [.. columns.New.Except(columns.Old, StringComparer.Ordinal)],
            ColumnsRemoved = [.. columns.Old.Except(columns.New, StringComparer.Ordinal)],
        };
    }

    /// <summary>The files of one version that the other does not have as they are.</summary>
    private static Task<PinnedRelation> PinAsync(string dataset, string path, DeltaSnapshot version, DeltaSnapshot other, ObjectStores.EngineFiles files, CancellationToken cancellationToken)
    {
        // A file means the same in both only under the same schema.
        var same = version.Metadata.SchemaString == other.Metadata.SchemaString
            ? other.Files.Values.Select(Identity).ToHashSet()
            : [];
        return PinnedRelation.Of(dataset, version, path, version.Files.Values.Where(f => !same.Contains(Identity(f)))).FetchAsync(files, cancellationToken);
    }

    private static (string Path, DeletionVectorDescriptor? Vector) Identity(AddFile file) => (file.Path, file.DeletionVector);

    private static void RefuseRepeated(DuckDbConnection connection, string dataset, string view, long version, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", key.Select(SqlIdentifier.Quote));
        var repeated = connection.Scalar<long>($"SELECT count(*) FROM (SELECT 1 FROM {view} GROUP BY {columns} HAVING count(*) > 1)", null, cancellationToken);
        if (repeated > 0)
        {
            throw new LakehouseException(
                "diff.key",
                string.Create(CultureInfo.InvariantCulture, $"Version {version} of '{dataset}' has {repeated} values of {string.Join(", ", key)} more than once: rows cannot be told apart by them. Help: give a key that tells them apart."));
        }
    }

    private sealed class Comparison(DuckDbConnection connection, IReadOnlyList<string> key, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        private readonly string _differs = values.Count == 0 ? "false" : string.Join(" OR ", values.Select(Differs));

        public TableDiff Run(int limit)
        {
            var match = string.Join(" AND ", key.Select(k => $"b.{SqlIdentifier.Quote(k)} IS NOT DISTINCT FROM a.{SqlIdentifier.Quote(k)}"));
            var keys = string.Join(", ", key.Select((k, i) => $"CASE WHEN a.__present IS NULL THEN b.{SqlIdentifier.Quote(k)} ELSE a.{SqlIdentifier.Quote(k)} END AS k{i}"));
            var pairs = string.Join("", values.Select((v, i) => $", CAST(b.{SqlIdentifier.Quote(v)} AS VARCHAR) AS b{i}, CAST(a.{SqlIdentifier.Quote(v)} AS VARCHAR) AS a{i}, {Differs(v)} AS d{i}"));
            connection.Execute(
                $"CREATE TEMP TABLE differing AS SELECT CASE WHEN b.__present IS NULL THEN 'added' WHEN a.__present IS NULL THEN 'removed' ELSE 'changed' END AS change, {keys}{pairs} "
                + $"FROM (SELECT *, true AS __present FROM before) b FULL JOIN (SELECT *, true AS __present FROM after) a ON {match} WHERE b.__present IS NULL OR a.__present IS NULL OR {_differs}",
                cancellationToken);
            var counts = connection.Query(
                $"SELECT count(*) FILTER (change = 'added'), count(*) FILTER (change = 'removed'), count(*) FILTER (change = 'changed'){string.Concat(values.Select((_, i) => $", count(*) FILTER (change = 'changed' AND d{i})"))} FROM differing",
                null,
                cancellationToken).Rows[0];
            return new TableDiff
            {
                Dataset = "",
                From = 0,
                To = 0,
                Key = key,
                Added = Count(counts[0]),
                Removed = Count(counts[1]),
                Changed = Count(counts[2]),
                ChangedColumns = values.Select((v, i) => (Name: v, Count: Count(counts[3 + i]))).Where(c => c.Count > 0).ToDictionary(c => c.Name, c => c.Count, StringComparer.Ordinal),
                Rows = Rows(limit),
            };
        }

        private RowDiff[] Rows(int limit)
        {
            var order = string.Join(", ", key.Select((_, i) => $"k{i}"));
            var shown = string.Join(", ", key.Select((_, i) => $"CAST(k{i} AS VARCHAR)"));
            var pairs = string.Concat(values.Select((_, i) => $", b{i}, a{i}, d{i}"));
            var result = connection.Query(string.Create(CultureInfo.InvariantCulture, $"SELECT change, {shown}{pairs} FROM differing ORDER BY {order} LIMIT {limit}"), null, cancellationToken);
            return [.. result.Rows.Select(Row)];
        }

        private RowDiff Row(IReadOnlyList<object?> row)
        {
            var change = (string)row[0]!;
            var differing = new Dictionary<string, ValueDiff>(StringComparer.Ordinal);
            for (var i = 0; i < values.Count && change == "changed"; i++)
            {
                var at = 1 + key.Count + (3 * i);
                if (row[at + 2] is true)
                {
                    differing[values[i]] = new ValueDiff((string?)row[at], (string?)row[at + 1]);
                }
            }

            return new RowDiff(change, [.. row.Skip(1).Take(key.Count).Select(k => (string?)k)], differing);
        }

        private static string Differs(string column) => $"b.{SqlIdentifier.Quote(column)} IS DISTINCT FROM a.{SqlIdentifier.Quote(column)}";

        private static long Count(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
    }
}
