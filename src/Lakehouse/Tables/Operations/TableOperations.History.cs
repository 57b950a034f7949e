using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Slowly changing dimensions of type 2: every state of a key with the time it held.</summary>
public sealed partial class TableOperations
{
    private const string HistorySource = "__history_source";
    private const string HistoryBefore = "__history_before";
    private const string HistoryTable = "__history_rows";
    private const string HistoryGone = "__history_gone";
    private const string HistoryComing = "__history_coming";

    /// <summary>
    /// Adds states to a table that keeps each with the interval it held, from inclusive to exclusive; the newest has no end. The intervals of a key never
    /// overlap and never gap, also when states come late, more than one at a time, or twice; a state equal to the one before it makes no row.
    /// </summary>
    /// <param name="select">Rows with the key, the columns of the state, and when it began to hold in the column <paramref name="from"/>.</param>
    /// <param name="keys">Columns by which a thing is known.</param>
    /// <param name="from">Column of the beginning. Default: <c>valid_from</c>.</param>
    /// <param name="to">Column of the end, which the source does not have. Default: <c>valid_to</c>.</param>
    /// <param name="current">Column that is true for the newest state; null when the table has none. Default: <c>is_current</c>.</param>
    /// <param name="unwatched">Columns that are no part of the state: a row that differs in them alone makes none. Default: none.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    /// <exception cref="LakehouseException"><c>merge.ambiguous</c>: two states of one key begin at one time.</exception>
    public Task<OperationResult> MergeHistoryAsync(
        string select, IReadOnlyList<string> keys, string from = "valid_from", string to = "valid_to", string? current = "is_current", IReadOnlyList<string>? unwatched = null, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                var schema = scope.Schema;
                string[] derived = current is null ? [to] : [to, current];
                RefuseUnknown(schema, [.. keys, from, .. derived]);
                var given = Source(schema, select, token);
                _connection.Execute($"CREATE OR REPLACE TEMP TABLE {HistorySource} AS SELECT * FROM ({given})", token);
                try
                {
                    RefuseBadStates([.. keys, from], token);
                    var claim = KeyPruning.ByPartition(_connection, schema, keys, HistorySource, token);
                    scope.Transaction.Claim(claim);
                    var candidates = await CandidatesAsync(scope, keys, HistorySource, [.. scope.Transaction.Snapshot.Files.Values.Where(claim)], token).ConfigureAwait(false);
                    return await RewriteHistoryAsync(scope, candidates, keys, from, to, current, unwatched ?? [], token).ConfigureAwait(false);
                }
                finally
                {
                    _connection.Execute($"DROP TABLE IF EXISTS {HistorySource}; DROP TABLE IF EXISTS {HistoryBefore}; DROP TABLE IF EXISTS {HistoryTable}; DROP TABLE IF EXISTS {HistoryGone}; DROP TABLE IF EXISTS {HistoryComing};", CancellationToken.None);
                }
            },
            cancellationToken);

    private async Task<Commit?> RewriteHistoryAsync(
        Scope scope, IReadOnlyList<(AddFile File, string Path)> candidates, IReadOnlyList<string> keys, string from, string to, string? current, IReadOnlyList<string> unwatched, CancellationToken cancellationToken)
    {
        var schema = scope.Schema;
        var columns = string.Join(", ", schema.Columns.Select(c => SqlIdentifier.Quote(c.Name)));

        // Rows that are there twice are told apart by number: one of them may stay.
        _connection.Execute(
            $"CREATE OR REPLACE TEMP TABLE {HistoryBefore} AS SELECT t.*, row_number() OVER (PARTITION BY {columns} ORDER BY {TargetRows.FileColumn}) AS __copy FROM ({TargetRows.Select(schema, candidates, withFile: true)}) t SEMI JOIN {HistorySource} s ON {Match(keys)}",
            cancellationToken);
        var touched = FilesOf(HistoryBefore, candidates, cancellationToken);
        scope.Transaction.ReadOnly(touched.Select(t => t.File));
        var known = $"SELECT {columns}, 0 AS {HistoryRows.IsNew} FROM {HistoryBefore} UNION ALL SELECT {columns}, 1 FROM {HistorySource}";
        _connection.Execute($"CREATE OR REPLACE TEMP TABLE {HistoryTable} AS {HistoryRows.Select(schema.Columns, keys, from, to, current, unwatched, known)}", cancellationToken);
        _connection.Execute(
            $"CREATE OR REPLACE TEMP TABLE {HistoryGone} AS SELECT t.* FROM {HistoryBefore} t WHERE __copy > 1 OR NOT EXISTS (SELECT 1 FROM {HistoryTable} s WHERE {Match([.. keys, from])} AND {Match([.. schema.Columns.Select(c => c.Name)], nulls: true)})",
            cancellationToken);
        _connection.Execute($"CREATE OR REPLACE TEMP TABLE {HistoryComing} AS SELECT {columns} FROM {HistoryTable} EXCEPT ALL SELECT {columns} FROM {HistoryBefore}", cancellationToken);
        var (come, gone) = (RowsOf(HistoryComing, cancellationToken), RowsOf(HistoryGone, cancellationToken));
        if (come == 0 && gone == 0)
        {
            return null;
        }

        // Only files that hold a row which goes are written anew, with what stays of them; the rest of their keys' rows lies in other files.
        var changed = FilesOf(HistoryGone, candidates, cancellationToken);
        var stays = changed.Count == 0 ? "" :
            $"SELECT {columns} FROM ({TargetRows.Select(schema, changed)}) t ANTI JOIN {HistorySource} s ON {Match(keys)} "
            + $"UNION ALL SELECT {columns} FROM (FROM {HistoryBefore} EXCEPT ALL FROM {HistoryGone}) WHERE {TargetRows.FileColumn} IN (SELECT {TargetRows.FileColumn} FROM {HistoryGone}) UNION ALL ";
        var adds = await scope.Writer.WriteAsync(schema, $"{stays}SELECT {columns} FROM {HistoryComing}", check: true, orderBy: string.Join(", ", keys.Append(from).Select(SqlIdentifier.Quote)), cancellationToken: cancellationToken).ConfigureAwait(false);
        Swap(scope, changed.Select(t => t.File), adds);
        if (touched.Count > 0 && Delta.Transactions.WriterRules.IsTrue(schema.Metadata, ChangeFeed))
        {
            scope.Transaction.Add(await scope.Writer.WriteChangesAsync(
                schema, $"SELECT {columns}, 'delete' AS _change_type FROM {HistoryGone} UNION ALL SELECT {columns}, 'insert' FROM {HistoryComing}", cancellationToken).ConfigureAwait(false));
        }

        return new Commit(
            "MERGE",
            new() { ["predicate"] = JsonText.List([Match(keys)]), ["history"] = "true" },
            new Dictionary<string, long>
            {
                ["numTargetRowsInserted"] = Math.Max(0, come - gone),
                ["numTargetRowsUpdated"] = Math.Min(come, gone),
                ["numTargetRowsDeleted"] = Math.Max(0, gone - come),
                ["numOutputRows"] = scope.Writer.RowCount,
                ["numTargetFilesAdded"] = adds.Count,
                ["numTargetFilesRemoved"] = changed.Count,
            });
    }

    private long RowsOf(string relation, CancellationToken cancellationToken) => _connection.Scalar<long>($"SELECT count(*) FROM {relation}", null, cancellationToken);

    private void RefuseBadStates(string[] identity, CancellationToken cancellationToken)
    {
        var quoted = identity.Select(SqlIdentifier.Quote).ToArray();
        var faults = _connection.Query(
            $"SELECT count(*) FILTER ({string.Join(" OR ", quoted.Select(c => $"{c} IS NULL"))}), (SELECT count(*) FROM (SELECT 1 FROM {HistorySource} GROUP BY {string.Join(", ", quoted)} HAVING count(*) > 1)) FROM {HistorySource}",
            null,
            cancellationToken).Rows[0];
        var (missing, twice) = ((long)faults[0]!, (long)faults[1]!);
        if (missing > 0 || twice > 0)
        {
            throw new LakehouseException(
                "merge.ambiguous",
                FormattableString.Invariant($"The states for table '{_table.Path}' cannot be put in order: {missing} have a NULL among {string.Join(", ", identity)}, {twice} of these come more than once. Help: filter the rows, and keep one state of each key and time."));
        }
    }
}
