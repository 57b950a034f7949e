using System.Globalization;
using Lakehouse.Privacy;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Lakehouse.Quality.Statistics;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Datasets;

/// <content>Checks and staged files.</content>
public sealed partial class DatasetAttempt
{
    /// <summary>
    /// Handles personal values of transformed rows as the contract says, checks the rows against it and writes them as files: those that may be published and those kept aside. Every row is in one of them or counted
    /// as dropped by rule.
    /// </summary>
    /// <exception cref="LakehouseException"><c>privacy.key</c>, <c>privacy.handling</c>: a value cannot be handled as the contract says; <c>schema.changed</c>: the rows do not fit the table's columns; <c>quality.partition</c>: rows lie outside the partitions; <c>quality.conservation</c>: rows were lost, a fault of the product.</exception>
    public async Task<StagedRows> StageAsync(CancellationToken cancellationToken = default)
    {
        HandlePersonalValues(cancellationToken);
        AddValidity(cancellationToken);
        IReadOnlyList<TableColumn> columns = [.. Connection.Describe(SqlIdentifier.Quote(_rows), cancellationToken).Select(c => new TableColumn(c.Name, c.Type))];
        var table = _lake.Table(_target.Dataset);
        var head = await table.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (head is not null)
        {
            // Said here, where nothing of the run is published yet.
            SchemaGrowth.Of(table.Path, head, columns, _target.PartitionColumn);
        }

        var contract = ContractPlan.Compile(_target.Contract, columns, references: References(cancellationToken));
        var history = contract.NeedsHistory ? await HistoryAsync(cancellationToken).ConfigureAwait(false) : null;
        history?.Register(Connection, History);
        var report = Audit(contract, columns, history is not null, cancellationToken);
        var privacy = PrivacyPlan.Of(_target.Contract);
        var unclassified = privacy.Unclassified(Connection, _rows, columns, report.Rows, cancellationToken);
        var manifest = new StagedManifest
        {
            Dataset = _target.Dataset,
            Columns = columns,
            PartitionColumn = _target.PartitionColumn,
            Partitions = _target.Partitions,
            Merge = _target.Merge,
            Files = Write(Passing, columns, _target.PartitionColumn, _target.Order, "rows", cancellationToken),
            QuarantineFiles = report.Quarantined + _rejects == 0
                ? []
                : Write(Quarantine, QuarantineTable.Columns, "partition", "source_uri, source_row, \"rule\", \"row\"", "quarantine", cancellationToken),
        };
        RefuseLostRows(report, manifest, cancellationToken);
        if (head is not null && EmptiedColumns.Find(_target, columns, report, manifest.Files) is { Count: > 0 } empty)
        {
            report = report with { Results = [.. report.Results, .. EmptiedColumns.Judge(empty, head)] };
        }

        await Task.WhenAll(_storing).ConfigureAwait(false);
        var path = _folder + "manifest.json";
        await File.WriteAllBytesAsync(_files.PathOf(path), manifest.Write(), cancellationToken).ConfigureAwait(false);
        await _files.StageAsync(path, cancellationToken).ConfigureAwait(false);
        return new StagedRows
        {
            ManifestPath = path,
            Report = report,
            Rejects = _rejects,
            Unclassified = unclassified,
            Refusal = KeyFault(cancellationToken) ?? (_target.IsRaw ? null : privacy.Refusal(unclassified)),
        };
    }

    /// <summary>The columns that a history fills itself are there for the checks, and in the files, as a new state has them.</summary>
    private void AddValidity(CancellationToken cancellationToken)
    {
        if (_target.Merge is { Mode: MergeMode.History, SequenceColumn: { } sequence, ValidFrom: { } from, ValidTo: { } to })
        {
            const string Dated = "dated";
            var start = SqlIdentifier.Quote(sequence);
            Connection.Execute(
                $"CREATE VIEW {Dated} AS SELECT *, {start} AS {SqlIdentifier.Quote(from)}, CASE WHEN false THEN {start} END AS {SqlIdentifier.Quote(to)} FROM {SqlIdentifier.Quote(_rows)}",
                cancellationToken);
            _rows = Dated;
        }
    }

    /// <summary>Why a merge by key could not place the rows, said here, where nothing is published yet; null when it can.</summary>
    private string? KeyFault(CancellationToken cancellationToken)
    {
        if (!_target.Merge.IsByKey)
        {
            return null;
        }

        string[] identity = _target.Merge is { Mode: MergeMode.History, SequenceColumn: { } start } ? [.. _target.Merge.Key, start] : [.. _target.Merge.Key];
        var (names, quoted) = (string.Join(", ", identity), identity.Select(SqlIdentifier.Quote).ToArray());
        var relation = _target.Merge.Newest(Passing, _target.PartitionColumn, _target.Partitions);
        var faults = Connection.Query(
            $"SELECT count(*) FILTER ({string.Join(" OR ", quoted.Select(c => $"{c} IS NULL"))}), (SELECT count(*) FROM (SELECT 1 FROM ({relation}) GROUP BY {string.Join(", ", quoted)} HAVING count(*) > 1)) FROM passing",
            null,
            cancellationToken).Rows[0];
        var (missing, twice) = ((long)faults[0]!, (long)faults[1]!);
        return missing > 0 ? $"merge.key: expected rows with a value in each of {names}, by which they are merged, seen {missing} without"
            : twice > 0 ? $"merge.ambiguous: expected one row for each {names}{(_target.Merge is { Mode: not MergeMode.History, SequenceColumn: { } sequence } ? $", or one that is newest by '{sequence}'" : "")}, seen {twice} with more"
            : null;
    }

    /// <summary>Published partitions before the attempt's own; null when there are none.</summary>
    private async Task<PinnedRelation?> HistoryAsync(CancellationToken cancellationToken)
    {
        var table = _lake.Table(_target.Dataset);
        if (await table.HeadAsync(cancellationToken).ConfigureAwait(false) is not { } head)
        {
            return null;
        }

        var first = _target.Partitions.Min(StringComparer.Ordinal);
        var before = head.Partitions(p => string.CompareOrdinal(p, first) < 0);
        var times = before.TakeLast(AnomalyOptions.WindowHours).Append(first!).Select(PartitionTime.Of).OfType<DateTime>();
        var earlier = before.TakeLast(PartitionTime.AreHours(times) ? AnomalyOptions.WindowHours : AnomalyOptions.WindowDays).ToHashSet(StringComparer.Ordinal);
        return earlier.Count == 0
            ? null
            : await PinnedRelation.Of(_target.Dataset, head, table.Path, head.FilesOf(earlier)).FetchAsync(_files, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes one file for each partition that has rows, without the partition column: its value stands in the log. Files are stored while the engine goes on.</summary>
    private List<StagedFile> Write(string relation, IReadOnlyList<TableColumn> columns, string column, string order, string name, CancellationToken cancellationToken)
    {
        var files = new List<StagedFile>();
        var quoted = SqlIdentifier.Quote(column);
        var type = columns.First(c => c.Name == column).SqlType;
        foreach (var (i, partition) in _target.Partitions.Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{_folder}{name}-{i}.parquet");
            var file = Connection.CopyToParquet(
                $"SELECT * EXCLUDE ({quoted}) FROM {SqlIdentifier.Quote(relation)} WHERE {quoted} = CAST({SqlIdentifier.Literal(partition)} AS {type}) ORDER BY {order}",
                _files.PathOf(path),
                null,
                columns.Where(c => c.Name != column).Select(c => (c.Name, c.SqlType)),
                cancellationToken);
            if (file.Rows > 0)
            {
                _storing.Add(_files.StageAsync(path, cancellationToken));
                files.Add(new StagedFile(path, partition, file.Rows, file.Bytes, FileStatistics.Json(file)));
            }
        }

        return files;
    }

    /// <summary>What was written must be what was counted: rows that no file holds would be lost at the commit.</summary>
    private void RefuseLostRows(CheckReport report, StagedManifest manifest, CancellationToken cancellationToken)
    {
        var (published, aside) = (manifest.Files.Sum(f => f.Rows), manifest.QuarantineFiles.Sum(f => f.Rows));
        if (published == report.Passing && aside == report.Quarantined + _rejects)
        {
            return;
        }

        RefuseOutside(cancellationToken);
        throw new LakehouseException(
            "quality.conservation",
            $"'{_target.Dataset}': expected files with {report.Passing} rows to publish and {report.Quarantined + _rejects} to keep aside, seen {published} and {aside}.");
    }
}
