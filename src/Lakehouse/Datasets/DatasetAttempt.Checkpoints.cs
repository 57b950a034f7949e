using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Lakehouse.Raw;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <content>Loaded files that another attempt need not load again.</content>
public sealed partial class DatasetAttempt
{
    // Numbers of the first rows that are not kept yet.
    private long _nextRow;
    private long _nextReject;

    /// <summary>Stages the rows and rejects of the files that were loaded since the attempt began, or since it last did this.</summary>
    public async Task<LoadCheckpoint> CheckpointAsync(CancellationToken cancellationToken = default)
    {
        var (rows, rejects) = (Keep(Made, BronzeColumns.Of(_target.Contract, [_target.PartitionColumn]), _nextRow, cancellationToken), Keep(Quarantine, QuarantineTable.Columns, _nextReject, cancellationToken));
        await Task.WhenAll(_files.StageAsync(rows.Path, cancellationToken), _files.StageAsync(rejects.Path, cancellationToken)).ConfigureAwait(false);
        SkipKept(cancellationToken);
        return new LoadCheckpoint(rows.Path, rows.Count, rejects.Path, rejects.Count);
    }

    /// <summary>Begins with what an earlier attempt of the run has kept, instead of loading those files.</summary>
    /// <param name="checkpoints">All that it kept, in its order.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    /// <returns>False when it is not there whole, and nothing was taken: a machine that lost its power loses what is only staged.</returns>
    public async Task<bool> TryRestoreAsync(IReadOnlyList<LoadCheckpoint> checkpoints, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        BronzeLoader.CreateTables(_target.Contract, [_target.PartitionColumn], Made, Quarantine, Connection, cancellationToken);
        Connection.Execute("BEGIN TRANSACTION", cancellationToken);
        try
        {
            await _files.FetchAsync([.. checkpoints.SelectMany(c => new[] { c.Rows, c.Rejects })], cancellationToken).ConfigureAwait(false);
            foreach (var kept in checkpoints)
            {
                Take(kept.Rows, kept.RowCount, Made, cancellationToken);
                Take(kept.Rejects, kept.RejectCount, Quarantine, cancellationToken);
            }

            Connection.Execute("COMMIT", cancellationToken);
        }
        catch (Exception e) when (e is DuckDbException or LakehouseException { Code: "store.missing" or StagedManifest.MissingCode } && !cancellationToken.IsCancellationRequested)
        {
            Connection.Execute("ROLLBACK", CancellationToken.None);
            return false;
        }

        _rejects = checkpoints.Sum(c => c.RejectCount);
        _made = checkpoints.Sum(c => c.RowCount);
        SkipKept(cancellationToken);
        return true;
    }

    /// <summary>Rows are only ever added to these tables, so a row's number says whether it was kept.</summary>
    private (string Path, long Count) Keep(string table, IReadOnlyList<TableColumn> columns, long from, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{_folder}kept-{table}-{from}.parquet");
        var file = Connection.CopyToParquet(
            string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM {SqlIdentifier.Quote(table)} WHERE rowid >= {from}"),
            _files.PathOf(path),
            null,
            columns.Select(c => (c.Name, c.SqlType)),
            cancellationToken);
        return (path, file.Rows);
    }

    private void SkipKept(CancellationToken cancellationToken)
    {
        var next = Connection.Query(
            $"SELECT (SELECT coalesce(max(rowid) + 1, 0) FROM {SqlIdentifier.Quote(Made)}), (SELECT coalesce(max(rowid) + 1, 0) FROM {SqlIdentifier.Quote(Quarantine)})", null, cancellationToken).Rows[0];
        (_nextRow, _nextReject) = ((long)next[0]!, (long)next[1]!);
    }

    private void Take(string path, long expected, string table, CancellationToken cancellationToken)
    {
        var taken = Connection.Execute($"INSERT INTO {SqlIdentifier.Quote(table)} SELECT * FROM read_parquet({SqlIdentifier.Literal(_files.PathOf(path))})", cancellationToken);
        if (taken != expected)
        {
            throw StagedManifest.Missing(path);
        }
    }
}
