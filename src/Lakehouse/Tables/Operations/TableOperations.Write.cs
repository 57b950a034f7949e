using System.Globalization;
using Lakehouse.Delta;

namespace Lakehouse.Tables.Operations;

/// <summary>Adding rows, and putting rows in the place of others.</summary>
public sealed partial class TableOperations
{
    /// <summary>Adds rows. Reads nothing: it stands beside whatever others do but change the table's rules.</summary>
    /// <param name="select">The rows; columns are matched by name, one that is not given is NULL.</param>
    /// <param name="mergeSchema">Whether columns the table has not are added to it. Default: false, they are refused.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    /// <exception cref="LakehouseException"><c>schema.changed</c>, <c>delta.constraint</c>: the table does not take the rows.</exception>
    public Task<OperationResult> AppendAsync(string select, bool mergeSchema = false, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var schema = mergeSchema ? Evolve(scope, select, token) : scope.Schema;
                var adds = await scope.Writer.WriteAsync(schema, Source(schema, select, token), check: true, cancellationToken: token).ConfigureAwait(false);
                scope.Transaction.Add(adds);
                var parameters = PartitionBy(schema, "Append");
                if (mergeSchema)
                {
                    parameters["canMergeSchema"] = true;
                }

                return new Commit("WRITE", parameters, Written(scope, adds));
            },
            cancellationToken);

    /// <summary>Puts rows in the place of all there are.</summary>
    /// <param name="select">The rows.</param>
    /// <param name="overwriteSchema">Whether the table takes the columns of the rows, whatever it had. Default: false.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    public Task<OperationResult> OverwriteAsync(string select, bool overwriteSchema = false, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var schema = overwriteSchema ? Replace(scope, select, token) : scope.Schema;
                var removed = scope.Transaction.ReadTable();
                var adds = await scope.Writer.WriteAsync(schema, Source(schema, select, token), check: true, cancellationToken: token).ConfigureAwait(false);
                Swap(scope, removed, adds);
                var parameters = PartitionBy(schema, "Overwrite");
                if (overwriteSchema)
                {
                    parameters["canOverwriteSchema"] = true;
                }

                return new Commit("WRITE", parameters, Written(scope, adds, removed));
            },
            cancellationToken);

    /// <summary>Puts rows in the place of the partitions they lie in; other partitions stay as they are.</summary>
    /// <param name="select">The rows.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    public Task<OperationResult> OverwritePartitionsAsync(string select, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var schema = scope.Schema;
                var adds = await scope.Writer.WriteAsync(schema, Source(schema, select, token), check: true, cancellationToken: token).ConfigureAwait(false);
                var touched = adds.Select(a => PartitionKey(schema, a)).ToHashSet(StringComparer.Ordinal);
                var removed = scope.Transaction.ReadFiles(f => touched.Contains(PartitionKey(schema, f)));
                Swap(scope, removed, adds);
                var parameters = PartitionBy(schema, "Overwrite");
                parameters["isDynamicPartitionOverwrite"] = true;
                return new Commit("WRITE", parameters, Written(scope, adds, removed));
            },
            cancellationToken);

    /// <summary>Puts rows in the place of those a condition holds for. All new rows must meet the condition too.</summary>
    /// <param name="condition">SQL over the table's columns.</param>
    /// <param name="select">The rows.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    /// <exception cref="LakehouseException"><c>write.outside</c>: new rows do not meet the condition.</exception>
    public Task<OperationResult> ReplaceWhereAsync(string condition, string select, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var schema = scope.Schema;
                var rows = Source(schema, select, token);
                var outside = _connection.Scalar<long>($"SELECT count(*) FROM ({rows}\n) WHERE {Condition(condition)} IS NOT TRUE", null, token);
                if (outside > 0)
                {
                    throw new LakehouseException("write.outside", $"{outside.ToString(CultureInfo.InvariantCulture)} of the rows for table '{_table.Path}' do not meet the condition they are to replace by: {condition}. Help: filter the rows, or widen the condition.");
                }

                var changed = await DeleteMatchingAsync(scope, condition, token).ConfigureAwait(false);
                var adds = await scope.Writer.WriteAsync(schema, rows, check: true, cancellationToken: token).ConfigureAwait(false);
                scope.Transaction.Add(adds);
                if (changed.Changes.Count > 0)
                {
                    // A feed that tells of the removed rows must tell of the new ones too: readers take it in place of the files.
                    scope.Transaction.Add(await scope.Writer.WriteChangesAsync(schema, $"SELECT *, 'insert' AS _change_type FROM ({rows}\n)", token).ConfigureAwait(false));
                }

                var parameters = PartitionBy(schema, "Overwrite");
                parameters["predicate"] = condition;
                var metrics = Written(scope, adds, changed.Removed);
                metrics["numFiles"] = adds.Count + changed.Added.Count;
                metrics["numCopiedRows"] = changed.Kept;
                metrics["numDeletedRows"] = changed.Matched;
                return new Commit("WRITE", parameters, metrics);
            },
            cancellationToken);

    /// <summary>A source's rows with the table's columns.</summary>
    private string Source(TableSchema schema, string select, CancellationToken cancellationToken) =>
        $"SELECT {SourceColumns.Project(schema, _connection.Describe($"SELECT * FROM ({select}\n)", cancellationToken), _table.Path)} FROM ({select}\n)";

    private static void Swap(Scope scope, IEnumerable<AddFile> removed, IEnumerable<AddFile> adds)
    {
        foreach (var file in removed)
        {
            scope.Transaction.Remove(file);
        }

        scope.Transaction.Add(adds);
    }

    private static string PartitionKey(TableSchema schema, AddFile file) =>
        string.Join('\u0001', schema.PartitionColumns.Select(c => file.PartitionValues.GetValueOrDefault(c.Name) is { Length: > 0 } v ? "=" + v : ""));

    private static Dictionary<string, long> Written(Scope scope, IReadOnlyList<AddFile> adds, IReadOnlyList<AddFile>? removed = null)
    {
        var metrics = new Dictionary<string, long> { ["numFiles"] = adds.Count, ["numOutputRows"] = scope.Writer.RowCount, ["numOutputBytes"] = scope.Writer.Bytes };
        if (removed is not null)
        {
            metrics["numRemovedFiles"] = removed.Count;
            metrics["numRemovedBytes"] = removed.Sum(f => f.Size);
        }

        return metrics;
    }
}
