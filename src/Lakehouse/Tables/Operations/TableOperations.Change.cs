using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Deleting and updating rows by a condition: only files that hold such rows are written anew.</summary>
public sealed partial class TableOperations
{
    /// <summary>Takes the rows away a condition holds for.</summary>
    /// <param name="condition">SQL over the table's columns.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    public Task<OperationResult> DeleteAsync(string condition, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var changed = await DeleteMatchingAsync(scope, condition, token).ConfigureAwait(false);
                return changed.Removed.Count == 0 ? null : new Commit("DELETE", Predicate(condition), changed.Metrics("numDeletedRows"));
            },
            cancellationToken);

    /// <summary>Changes the rows a condition holds for.</summary>
    /// <param name="set">For each column to change an SQL expression over the row.</param>
    /// <param name="condition">SQL over the table's columns; null for all rows.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    public Task<OperationResult> UpdateAsync(IReadOnlyDictionary<string, string> set, string? condition = null, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var schema = scope.Schema;
                RefuseUnknown(schema, set.Keys);
                var (touched, matched) = await FindAsync(scope, condition, token).ConfigureAwait(false);
                if (touched.Count == 0)
                {
                    return null;
                }

                var target = TargetRows.Select(schema, touched);
                var changed = string.Join(", ", schema.Columns.Select(c => set.TryGetValue(c.Name, out var to)
                    ? $"CASE WHEN {Condition(condition)} THEN CAST(({to}\n) AS {c.SqlType}) ELSE {SqlIdentifier.Quote(c.Name)} END AS {SqlIdentifier.Quote(c.Name)}"
                    : SqlIdentifier.Quote(c.Name)));
                var adds = await scope.Writer.WriteAsync(schema, $"SELECT {changed} FROM ({target})", check: true, cancellationToken: token).ConfigureAwait(false);
                var change = new Change([.. touched.Select(t => t.File)], adds, matched, scope.Writer.RowCount - matched, []);
                if (WriterRules.IsTrue(schema.Metadata, ChangeFeed))
                {
                    var rows = $"(SELECT * FROM ({target}) WHERE {Condition(condition)})";
                    var after = string.Join(", ", schema.Columns.Select(c => set.TryGetValue(c.Name, out var to) ? $"CAST(({to}\n) AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}" : SqlIdentifier.Quote(c.Name)));
                    change = change with
                    {
                        Changes = await scope.Writer.WriteChangesAsync(
                            schema, $"SELECT *, 'update_preimage' AS _change_type FROM {rows} UNION ALL SELECT {after}, 'update_postimage' FROM {rows}", token).ConfigureAwait(false),
                    };
                }

                Swap(scope, change.Removed, adds);
                scope.Transaction.Add(change.Changes);
                return new Commit("UPDATE", Predicate(condition ?? "true"), change.Metrics("numUpdatedRows"));
            },
            cancellationToken);

    private const string ChangeFeed = "delta.enableChangeDataFeed";

    /// <summary>Removes files of which every row meets the condition, writes those anew of which some do.</summary>
    private async Task<Change> DeleteMatchingAsync(Scope scope, string condition, CancellationToken cancellationToken)
    {
        var schema = scope.Schema;
        var filter = new PartitionFilter(_connection, schema, condition);
        if (filter.IsWhole)
        {
            // About partitions alone: no row needs to be read, and the files' removal tells readers of the feed all there is.
            var whole = scope.Transaction.ReadFiles(filter.MayHold);
            Swap(scope, whole, []);
            return new Change(whole, [], whole.Sum(LoggedStatistics.RowsOf) ?? 0, 0, []);
        }

        var (touched, matched) = await FindAsync(scope, condition, cancellationToken, filter).ConfigureAwait(false);
        if (touched.Count == 0)
        {
            return new Change([], [], 0, 0, []);
        }

        var rows = TargetRows.Select(schema, touched);
        var before = scope.Writer.RowCount;
        var adds = await scope.Writer.WriteAsync(schema, $"SELECT * FROM ({rows}) WHERE {Condition(condition)} IS NOT TRUE", check: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        var change = new Change([.. touched.Select(t => t.File)], adds, matched, scope.Writer.RowCount - before, []);
        if (change.Kept > 0 && WriterRules.IsTrue(schema.Metadata, ChangeFeed))
        {
            change = change with
            {
                Changes = await scope.Writer.WriteChangesAsync(schema, $"SELECT *, 'delete' AS _change_type FROM ({rows}) WHERE {Condition(condition)}", cancellationToken).ConfigureAwait(false),
            };
        }

        Swap(scope, change.Removed, adds);
        scope.Transaction.Add(change.Changes);
        return change;
    }

    /// <summary>Files that hold rows a condition is true for, and how many rows those are. Claims all partitions that could hold some.</summary>
    private async Task<(IReadOnlyList<(AddFile File, string Path)> Files, long Matched)> FindAsync(Scope scope, string? condition, CancellationToken cancellationToken, PartitionFilter? filter = null)
    {
        filter ??= new PartitionFilter(_connection, scope.Schema, condition ?? "true");
        scope.Transaction.Claim(filter.MayHold);
        var candidates = await FetchAsync([.. scope.Transaction.Snapshot.Files.Values.Where(filter.MayHold)], cancellationToken).ConfigureAwait(false);
        if (candidates.Count == 0)
        {
            return ([], 0);
        }

        var hits = _connection.Query(
            $"SELECT {TargetRows.FileColumn}, count(*) FROM ({TargetRows.Select(scope.Schema, candidates, withFile: true)}) WHERE {Condition(condition)} GROUP BY 1 ORDER BY 1", null, cancellationToken);
        (AddFile File, string Path)[] touched = [.. hits.Rows.Select(r => candidates[Convert.ToInt32(r[0], CultureInfo.InvariantCulture)])];

        // What the other files hold does not matter, as long as nothing is added to them; that the claim covers.
        scope.Transaction.ReadOnly(touched.Select(t => t.File));
        return (touched, hits.Rows.Sum(r => Convert.ToInt64(r[1], CultureInfo.InvariantCulture)));
    }

    private void RefuseUnknown(TableSchema schema, IEnumerable<string> columns)
    {
        string[] unknown = [.. columns.Where(k => schema.Columns.All(c => c.Name != k))];
        if (unknown.Length > 0)
        {
            throw new LakehouseException("schema.column", $"Table '{_table.Path}' has no column {string.Join(", ", unknown.Select(u => $"'{u}'"))}: expected one of {string.Join(", ", schema.Columns.Select(c => c.Name))}.");
        }
    }

    private static JsonObject Predicate(string condition) => new() { ["predicate"] = JsonText.List([condition]) };

    /// <summary>What became of files and rows.</summary>
    private sealed record Change(IReadOnlyList<AddFile> Removed, IReadOnlyList<AddFile> Added, long Matched, long Kept, IReadOnlyList<CdcFile> Changes)
    {
        public Dictionary<string, long> Metrics(string matched) => new()
        {
            ["numRemovedFiles"] = Removed.Count,
            ["numRemovedBytes"] = Removed.Sum(f => f.Size),
            ["numAddedFiles"] = Added.Count,
            ["numAddedBytes"] = Added.Sum(f => f.Size),
            [matched] = Matched,
            ["numCopiedRows"] = Kept,
            ["numAddedChangeFiles"] = Changes.Count,
        };
    }
}
