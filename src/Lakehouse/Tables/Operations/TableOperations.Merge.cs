using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Merging rows by key: only files that hold a key of the source are read as a whole and written anew.</summary>
public sealed partial class TableOperations
{
    private const string MergeSource = "__merge_source";
    private const string Merged = "__merged";

    /// <summary>Updates, deletes and adds rows by key.</summary>
    /// <exception cref="LakehouseException"><c>merge.ambiguous</c>: a key comes more than once in the source.</exception>
    public Task<OperationResult> MergeAsync(MergeRequest request, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                _connection.Execute($"CREATE OR REPLACE TEMP TABLE {MergeSource} AS SELECT * FROM ({request.Source}\n)", token);
                try
                {
                    return await MergeAsync(scope, request, token).ConfigureAwait(false);
                }
                finally
                {
                    _connection.Execute($"DROP TABLE IF EXISTS {MergeSource}; DROP TABLE IF EXISTS {Merged};", CancellationToken.None);
                }
            },
            cancellationToken);

    /// <summary>Slowly changing dimension of type 1: the newest values take the place of the old ones; rows that say nothing new are left alone.</summary>
    /// <param name="select">Rows with the key and the columns to keep up to date.</param>
    /// <param name="keys">Columns by which rows are the same.</param>
    /// <param name="cancellationToken">Interrupts the engine and gives up.</param>
    public Task<OperationResult> UpsertAsync(string select, IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        string[] values = [.. _connection.Describe($"SELECT * FROM ({select}\n)", cancellationToken).Select(c => c.Name).Except(keys, StringComparer.OrdinalIgnoreCase).Select(SqlIdentifier.Quote)];
        return MergeAsync(
            new MergeRequest
            {
                Source = select,
                Keys = keys,
                Update = values.Length > 0,
                UpdateWhen = string.Join(" OR ", values.Select(v => $"t.{v} IS DISTINCT FROM s.{v}")),
            },
            cancellationToken);
    }

    private async Task<Commit?> MergeAsync(Scope scope, MergeRequest request, CancellationToken cancellationToken)
    {
        var schema = scope.Schema;
        var given = _connection.Describe(MergeSource, cancellationToken);
        RefuseUnknown(schema, [.. request.Keys, .. request.Set?.Keys ?? []]);
        RefuseAmbiguous(request.Keys, given, cancellationToken);

        var claim = request.DeleteUnmatchedWhen is null ? KeyPruning.ByPartition(_connection, schema, request.Keys, MergeSource, cancellationToken) : _ => true;
        scope.Transaction.Claim(claim);
        var touched = await TouchedAsync(scope, request, claim, cancellationToken).ConfigureAwait(false);
        scope.Transaction.ReadOnly(touched.Select(t => t.File));

        var target = TargetRows.Select(schema, touched, withFile: true);
        _connection.Execute($"CREATE OR REPLACE TEMP TABLE {Merged} AS {MergedRows(schema, request, given, target)}", cancellationToken);
        var counts = _connection.Query($"SELECT __action, count(*) FROM {Merged} GROUP BY 1", null, cancellationToken)
            .Rows.ToDictionary(r => (string)r[0]!, r => Convert.ToInt64(r[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        var changed = _connection.Query($"SELECT DISTINCT __file FROM {Merged} WHERE __action NOT IN ('keep', 'insert') ORDER BY 1", null, cancellationToken)
            .Rows.Select(r => touched[Convert.ToInt32(r[0], CultureInfo.InvariantCulture)].File).ToArray();
        if (changed.Length == 0 && !counts.ContainsKey("insert"))
        {
            return null;
        }

        var columns = string.Join(", ", schema.Columns.Select(c => SqlIdentifier.Quote(c.Name)));
        var rewritten = changed.Length == 0 ? "-1" : string.Join(", ", changed.Select(c => Array.IndexOf([.. touched.Select(t => t.File)], c).ToString(CultureInfo.InvariantCulture)));
        var adds = await scope.Writer.WriteAsync(
            schema,
            $"SELECT {columns} FROM {Merged} WHERE (__file IN ({rewritten}) AND __action IN ('keep', 'update')) OR __action = 'insert'",
            check: true,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        Swap(scope, changed, adds);
        var changes = await ChangesAsync(scope, request, target, columns, changed.Length > 0, cancellationToken).ConfigureAwait(false);
        scope.Transaction.Add(changes);

        long Count(string action) => counts.GetValueOrDefault(action);
        return new Commit(
            "MERGE",
            Parameters(request),
            new Dictionary<string, long>
            {
                ["numSourceRows"] = _connection.Scalar<long>($"SELECT count(*) FROM {MergeSource}", null, cancellationToken),
                ["numTargetRowsInserted"] = Count("insert"),
                ["numTargetRowsUpdated"] = Count("update"),
                ["numTargetRowsMatchedUpdated"] = Count("update"),
                ["numTargetRowsMatchedDeleted"] = Count("delete"),
                ["numTargetRowsNotMatchedBySourceDeleted"] = Count("unmatched"),
                ["numTargetRowsDeleted"] = Count("delete") + Count("unmatched"),
                ["numTargetRowsCopied"] = scope.Writer.RowCount - Count("insert") - Count("update"),
                ["numOutputRows"] = scope.Writer.RowCount,
                ["numTargetFilesAdded"] = adds.Count,
                ["numTargetBytesAdded"] = adds.Sum(a => a.Size),
                ["numTargetFilesRemoved"] = changed.Length,
                ["numTargetBytesRemoved"] = changed.Sum(f => f.Size),
                ["numTargetChangeFilesAdded"] = changes.Count,
            });
    }

    /// <summary>Files that hold a key of the source: by partition, by statistics, then by a scan of their keys alone.</summary>
    private async Task<IReadOnlyList<(AddFile File, string Path)>> TouchedAsync(Scope scope, MergeRequest request, Func<AddFile, bool> claim, CancellationToken cancellationToken)
    {
        AddFile[] claimed = [.. scope.Transaction.Snapshot.Files.Values.Where(claim)];
        if (request.DeleteUnmatchedWhen is not null)
        {
            return await FetchAsync(claimed, cancellationToken).ConfigureAwait(false);
        }

        return await FilesWithKeysAsync(scope, request.Keys, MergeSource, claimed, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<(AddFile File, string Path)>> FilesWithKeysAsync(Scope scope, IReadOnlyList<string> keys, string source, IReadOnlyList<AddFile> files, CancellationToken cancellationToken)
    {
        var candidates = await CandidatesAsync(scope, keys, source, files, cancellationToken).ConfigureAwait(false);
        return candidates.Count == 0
            ? []
            : FilesOf($"({TargetRows.Select(scope.Schema, candidates, withFile: true)}) t SEMI JOIN {source} s ON {Match(keys)}", candidates, cancellationToken);
    }

    /// <summary>Those of the files that may hold a key of the source by what the log says of them.</summary>
    private Task<IReadOnlyList<(AddFile File, string Path)>> CandidatesAsync(Scope scope, IReadOnlyList<string> keys, string source, IReadOnlyList<AddFile> files, CancellationToken cancellationToken) =>
        FetchAsync(KeyPruning.ByStatistics(_connection, scope.Schema, keys, source, files, cancellationToken), cancellationToken);

    /// <summary>Files that rows with <see cref="TargetRows.FileColumn"/> come from.</summary>
    private IReadOnlyList<(AddFile File, string Path)> FilesOf(string rows, IReadOnlyList<(AddFile File, string Path)> files, CancellationToken cancellationToken) =>
        [.. _connection.Query($"SELECT DISTINCT {TargetRows.FileColumn} FROM {rows} ORDER BY 1", null, cancellationToken).Rows.Select(r => files[Convert.ToInt32(r[0], CultureInfo.InvariantCulture)])];

    private static string MergedRows(TableSchema schema, MergeRequest request, IReadOnlyList<(string Name, string Type)> given, string target)
    {
        var action = $"CASE WHEN s.__hit IS NULL THEN {(request.DeleteUnmatchedWhen is { } unmatched ? $"CASE WHEN ({unmatched}\n) THEN 'unmatched' ELSE 'keep' END" : "'keep'")}"
            + (request.DeleteWhen is { } delete ? $" WHEN ({delete}\n) THEN 'delete'" : "")
            + (request.Update ? $" WHEN {Condition(request.UpdateWhen)} THEN 'update'" : "")
            + " ELSE 'keep' END";
        var set = request.Set ?? given.Where(g => schema.Columns.Any(c => c.Name.Equals(g.Name, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(g => schema.Columns.First(c => c.Name.Equals(g.Name, StringComparison.OrdinalIgnoreCase)).Name, g => $"s.{SqlIdentifier.Quote(g.Name)}", StringComparer.Ordinal);
        var columns = string.Join(", ", schema.Columns.Select(c => set.TryGetValue(c.Name, out var to)
            ? $"CASE WHEN __action = 'update' THEN CAST(({to}\n) AS {c.SqlType}) ELSE t.{SqlIdentifier.Quote(c.Name)} END AS {SqlIdentifier.Quote(c.Name)}"
            : $"t.{SqlIdentifier.Quote(c.Name)}"));
        var match = Match(request.Keys);
        var rows = $"SELECT {action} AS __action, {columns}, t.{TargetRows.FileColumn} AS __file FROM ({target}) t LEFT JOIN (SELECT *, true AS __hit FROM {MergeSource}) s ON {match}";
        if (!request.Insert)
        {
            return rows;
        }

        var inserted = string.Join(", ", schema.Columns.Select(c => given.FirstOrDefault(g => g.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase)) is { Name: { } name }
            ? $"CAST(s.{SqlIdentifier.Quote(name)} AS {c.SqlType})"
            : $"CAST(NULL AS {c.SqlType})"));
        return $"{rows} UNION ALL SELECT 'insert', {inserted}, -1 FROM {MergeSource} s ANTI JOIN ({target}) t ON {match} WHERE {Condition(request.InsertWhen)}";
    }

    private async Task<IReadOnlyList<CdcFile>> ChangesAsync(Scope scope, MergeRequest request, string target, string columns, bool rewrites, CancellationToken cancellationToken)
    {
        if (!rewrites || !WriterRules.IsTrue(scope.Schema.Metadata, ChangeFeed))
        {
            return [];
        }

        // Rows of the table before the merge: those whose key the source has, or that no row matched.
        var before = $"SELECT t.* EXCLUDE ({TargetRows.FileColumn}) FROM ({target}) t SEMI JOIN (SELECT * FROM {Merged} WHERE __action = 'update') s ON {Match(request.Keys, nulls: true)}";
        return await scope.Writer.WriteChangesAsync(
            scope.Schema,
            $"SELECT {columns}, 'update_preimage' AS _change_type FROM ({before}) UNION ALL "
            + $"SELECT {columns}, CASE __action WHEN 'update' THEN 'update_postimage' WHEN 'insert' THEN 'insert' ELSE 'delete' END FROM {Merged} WHERE __action <> 'keep'",
            cancellationToken).ConfigureAwait(false);
    }

    private void RefuseAmbiguous(IReadOnlyList<string> keys, IReadOnlyList<(string Name, string Type)> given, CancellationToken cancellationToken)
    {
        string[] missing = [.. keys.Where(k => !given.Any(g => g.Name.Equals(k, StringComparison.OrdinalIgnoreCase)))];
        if (missing.Length > 0)
        {
            throw new LakehouseException("schema.column", $"The source of a merge into table '{_table.Path}' has no key column {string.Join(", ", missing.Select(m => $"'{m}'"))}.");
        }

        var quoted = keys.Select(SqlIdentifier.Quote).ToArray();
        var twice = _connection.Scalar<long>(
            $"SELECT count(*) FROM (SELECT 1 FROM {MergeSource} WHERE {string.Join(" AND ", quoted.Select(k => $"{k} IS NOT NULL"))} GROUP BY {string.Join(", ", quoted)} HAVING count(*) > 1)", null, cancellationToken);
        if (twice > 0)
        {
            throw new LakehouseException(
                "merge.ambiguous",
                $"The source of a merge into table '{_table.Path}' has {twice.ToString(CultureInfo.InvariantCulture)} key{(twice == 1 ? "" : "s")} ({string.Join(", ", keys)}) more than once: which row wins is not known. Help: keep one row of each key, for example with QUALIFY row_number().");
        }
    }

    private static string Match(IReadOnlyList<string> keys, bool nulls = false) =>
        string.Join(" AND ", keys.Select(SqlIdentifier.Quote).Select(k => nulls ? $"t.{k} IS NOT DISTINCT FROM s.{k}" : $"t.{k} = s.{k}"));

    private static JsonObject Parameters(MergeRequest request)
    {
        static string List(params (string Action, string? When)?[] actions) => new JsonArray(
        [
            .. actions.OfType<(string Action, string? When)>().Select(a => a.When is { Length: > 0 } when
                ? new JsonObject { ["predicate"] = when, ["actionType"] = a.Action }
                : (JsonNode)new JsonObject { ["actionType"] = a.Action }),
        ]).ToJsonString(JsonText.Relaxed);
        return new JsonObject
        {
            ["predicate"] = JsonText.List([Match(request.Keys)]),
            ["matchedPredicates"] = List(request.DeleteWhen is { } d ? ("delete", d) : null, request.Update ? ("update", request.UpdateWhen) : null),
            ["notMatchedPredicates"] = List(request.Insert ? ("insert", request.InsertWhen) : null),
            ["notMatchedBySourcePredicates"] = List(request.DeleteUnmatchedWhen is { } u ? ("delete", u) : null),
        };
    }
}
