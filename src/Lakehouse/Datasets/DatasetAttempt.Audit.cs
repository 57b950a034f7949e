using System.Globalization;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <content>Checks of the rows, each partition by itself.</content>
public sealed partial class DatasetAttempt
{
    private const string Passing = "passing";
    private const string History = "history";

    /// <summary>
    /// Checks each partition as a run of its own would: a key may stand in several of them, and counts, shares and numbers over the whole are those of one. What passes is one relation in the end.
    /// </summary>
    private CheckReport Audit(ContractPlan contract, IReadOnlyList<TableColumn> columns, bool withHistory, CancellationToken cancellationToken)
    {
        if (_target.Partitions is [var only])
        {
            return contract.Run(Connection, Request(_rows, Passing, only, withHistory ? History : null), cancellationToken);
        }

        var column = SqlIdentifier.Quote(_target.PartitionColumn);
        var type = columns.First(c => c.Name == _target.PartitionColumn).SqlType;
        var parts = new List<(string Partition, CheckReport Report)>();
        var history = withHistory ? $"SELECT * FROM {History}" : null;
        foreach (var (i, partition) in _target.Partitions.Index())
        {
            var (rows, passing, earlier) = (Numbered("rows"), Numbered(Passing), Numbered(History));
            Connection.Execute($"CREATE OR REPLACE TEMP VIEW {rows} AS SELECT * FROM {SqlIdentifier.Quote(_rows)} WHERE {column} = CAST({SqlIdentifier.Literal(partition)} AS {type})", cancellationToken);
            if (history is not null)
            {
                Connection.Execute($"CREATE OR REPLACE TEMP VIEW {earlier} AS {history}", cancellationToken);
                history += $" UNION ALL BY NAME SELECT * FROM {passing}";
            }

            parts.Add((partition, contract.Run(Connection, Request(rows, passing, partition, history is null ? null : earlier), cancellationToken)));

            string Numbered(string name) => string.Create(CultureInfo.InvariantCulture, $"{name}_{i}");
        }

        var report = CheckReport.Together(parts);
        if (report.Rows < Connection.Scalar<long>($"SELECT count(*) FROM {SqlIdentifier.Quote(_rows)}", null, cancellationToken))
        {
            RefuseOutside(cancellationToken);
        }

        Connection.Execute(
            report.Passing == report.Rows
                ? $"CREATE OR REPLACE TEMP VIEW {Passing} AS SELECT * FROM {SqlIdentifier.Quote(_rows)}"
                : $"CREATE OR REPLACE TEMP TABLE {Passing} AS {string.Join(" UNION ALL ", parts.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM {Passing}_{i}")))}",
            cancellationToken);
        return report;
    }

    /// <summary>Records that never became rows lie in the quarantine table already, beside the rows that break a rule.</summary>
    private CheckRequest Request(string relation, string passing, string partition, string? history) => new()
    {
        Relation = relation,
        MostRows = _made,
        PassingView = passing,
        Dataset = _target.Dataset,
        Partition = partition,
        PartitionColumn = _target.PartitionColumn,
        QuarantineTable = Quarantine,
        RunId = _options.RunId,
        QuarantinedAt = _options.PlannedAt,
        Deduplicate = _target.KeepFirstBy is { } order ? new Deduplication(_target.Key, order) : null,
        Entering = _target.Merge.IsByKey ? rows => _target.Merge.Newest(rows, _target.PartitionColumn, [partition]) : null,
        History = history,
        CustomChecks = _options.CustomChecks,
    };

    /// <summary>Rows that no partition of the attempt would hold.</summary>
    private void RefuseOutside(CancellationToken cancellationToken)
    {
        var column = SqlIdentifier.Quote(_target.PartitionColumn);
        var outside = Connection.Query(
            $"SELECT count(*), min({column}::VARCHAR), max({column}::VARCHAR) FROM {SqlIdentifier.Quote(_rows)} WHERE {column} IS NULL OR {column} NOT IN ({string.Join(", ", _target.Partitions.Select(SqlIdentifier.Literal))})",
            null,
            cancellationToken).Rows[0];
        if (outside[0] is > 0L)
        {
            throw new LakehouseException(
                "quality.partition",
                $"'{_target.Dataset}' has {outside[0]} rows whose '{_target.PartitionColumn}' lies outside {string.Join(", ", _target.Partitions.Select(p => $"'{p}'"))}: seen {outside[1] ?? "NULL"} to {outside[2] ?? "NULL"}. "
                + "Help: filter the model's input by $partition_start and $partition_end.");
        }
    }
}
