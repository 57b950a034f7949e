using System.Diagnostics;
using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.Datasets;
using Lakehouse.DuckDb;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// The same models over the same files with nothing around them: one engine instance with all the machine's cores, one loop over the days, each table a folder of Parquet files. No
/// commit, no quarantine, no retry; no contract, unless it is asked for. A table of states over time is one file that each day writes anew.
/// </summary>
/// <param name="spec">The pipeline.</param>
/// <param name="folder">Where the tables go.</param>
/// <param name="checks">Whether rows are checked as somebody would write it by hand: made once, counted by rule and by key in one statement each, sound and unsound rows written apart. Default: false.</param>
internal sealed class BareMedallion(PipelineSpec spec, string folder, bool checks = false)
{
    private readonly Dictionary<string, double> _steps = new(StringComparer.Ordinal);

    /// <summary>Seconds by dataset.</summary>
    public IReadOnlyDictionary<string, double> StepSeconds => _steps;

    public void Run(IReadOnlyList<(PartitionKey Day, string File)> days)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimitBytes = spec.Limits.MemoryBytes });
        using var connection = database.Connect();
        foreach (var dataset in spec.Datasets)
        {
            Directory.CreateDirectory(Path.Combine(folder, dataset.Name));
            connection.Execute($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(dataset.Name.Split('.')[0])}");
        }

        foreach (var (day, file) in days)
        {
            foreach (var dataset in spec.Datasets)
            {
                var started = Stopwatch.GetTimestamp();
                foreach (var (upstream, lookback) in dataset.Reads)
                {
                    var window = Enumerable.Range(0, lookback + 1).Select(i => FileOf(upstream, spec.Partitioning.Calendar.Add(day, -i))).Where(File.Exists);
                    connection.Execute($"CREATE OR REPLACE VIEW {SqlIdentifier.QuoteQualified(upstream)} AS SELECT * FROM read_parquet({SqlIdentifier.Literals(window)})");
                }

                var values = ModelParameters.For(spec.Partitioning, day);
                var (sql, parameters) = dataset.Model is { } model
                    ? (model.Sql, SqlParser.Parse(model.Sql).Parameters.ToDictionary(p => p, p => (object?)values[p]))
                    : (ReadCsv(dataset, file, day), []);
                Write(connection, dataset, sql, parameters, FileOf(dataset.Name, day));
                _steps[dataset.Name] = _steps.GetValueOrDefault(dataset.Name) + Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
        }
    }

    private string FileOf(string dataset, PartitionKey day) => Path.Combine(folder, dataset, day.Value + ".parquet");

    private void Write(DuckDbConnection connection, Dataset dataset, string sql, Dictionary<string, object?> parameters, string target)
    {
        if (dataset.RowMerge is { Mode: MergeMode.History } merge)
        {
            WriteHistory(connection, dataset, merge, sql, parameters);
            return;
        }

        if (!checks)
        {
            Copy(connection, sql, parameters, target);
            return;
        }

        connection.Execute($"CREATE OR REPLACE TEMP TABLE made AS\n{sql}", parameters);
        var made = connection.Describe("made").Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var rules = dataset.Schema.Columns.Where(c => made.Contains(c.ColumnName)).SelectMany(Rules).ToList();
        var key = string.Join(", ", dataset.Key.Select(SqlIdentifier.Quote));
        connection.Query($"SELECT count(*){string.Concat(rules.Select(r => $", count(*) FILTER (WHERE {r})"))} FROM made");
        connection.Query($"SELECT count(*) FROM (SELECT 1 FROM made GROUP BY {key} HAVING count(*) > 1)");
        var unsound = rules.Count == 0 ? "false" : string.Join(" OR ", rules);
        var first = dataset.Deduplicate is { } by ? $" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {string.Join(", ", by.OrderBy.Select(o => $"{SqlIdentifier.Quote(o.Column)} {(o.Descending ? "DESC" : "ASC")}"))}) = 1" : "";
        Copy(connection, $"SELECT * FROM made WHERE ({unsound}) IS NOT TRUE{first}", [], target);
        if (connection.Scalar<long>($"SELECT count(*) FROM made WHERE {unsound}") > 0)
        {
            Copy(connection, $"SELECT * FROM made WHERE {unsound}", [], target + ".unsound");
        }
    }

    private void WriteHistory(DuckDbConnection connection, Dataset dataset, RowMerge merge, string sql, Dictionary<string, object?> parameters)
    {
        var (file, next) = (Path.Combine(folder, dataset.Name, "all.parquet"), Path.Combine(folder, dataset.Name, "next.parquet"));
        var (from, to) = (SqlIdentifier.Quote(merge.ValidFrom!), SqlIdentifier.Quote(merge.ValidTo!));
        var over = $"OVER (PARTITION BY {string.Join(", ", merge.Key.Select(SqlIdentifier.Quote))} ORDER BY {from})";
        string[] state = [.. dataset.Schema.Columns.Select(c => c.ColumnName).Except([.. merge.Key, merge.SequenceColumn!, merge.ValidFrom!, merge.ValidTo!, dataset.PartitionColumn]).Select(SqlIdentifier.Quote)];
        var known = $"SELECT *, {SqlIdentifier.Quote(merge.SequenceColumn!)} AS {from} FROM (\n{sql}\n)" + (File.Exists(file) ? $" UNION ALL BY NAME SELECT * EXCLUDE ({to}) FROM read_parquet({SqlIdentifier.Literal(file)})" : "");
        var changes = string.Concat(state.Select(c => $" OR {c} IS DISTINCT FROM lag({c}) {over}"));
        Copy(connection, $"SELECT *, lead({from}) {over} AS {to} FROM (SELECT * FROM ({known}) QUALIFY row_number() {over} = 1{changes})", parameters, next);
        File.Move(next, file, overwrite: true);
    }

    private static IEnumerable<string> Rules(ContractColumn column)
    {
        var name = SqlIdentifier.Quote(column.ColumnName);
        if (column.Required)
        {
            yield return $"{name} IS NULL";
        }

        if (column.Options.Minimum is { } minimum)
        {
            yield return $"{name} < {minimum}";
        }

        if (column.Options.MinLength is { } length)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"length({name}) < {length}");
        }
    }

    private static void Copy(DuckDbConnection connection, string sql, Dictionary<string, object?> parameters, string target) =>
        connection.Execute($"COPY (\n{sql}\n) TO {SqlIdentifier.Literal(target)} (FORMAT parquet, COMPRESSION zstd)", parameters);

    private string ReadCsv(Dataset dataset, string file, PartitionKey day)
    {
        var table = dataset.Schema;
        using var reader = new StreamReader(file);
        var match = HeaderMatcher.Match(reader.ReadLine()!.Split(','), table.Headers, file);
        var raw = string.Join(", ", match.Columns.OfType<HeaderColumn>().Select(c => $"{SqlIdentifier.Literal(c.Name)}: 'VARCHAR'"));
        var present = match.Columns.OfType<HeaderColumn>().Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var columns = table.Columns.Where(c => !c.ColumnName.StartsWith('_') && c.ColumnName != spec.Partitioning.Column)
            .Select(c => present.Contains(c.ColumnName) ? SqlIdentifier.Quote(c.ColumnName) : $"NULL::VARCHAR AS {SqlIdentifier.Quote(c.ColumnName)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            SELECT {{string.Join(", ", columns)}}, {{SqlIdentifier.Literal(file)}} AS _source_uri, row_number() OVER () AS _source_row, DATE '{{day.Value}}' AS {{SqlIdentifier.Quote(spec.Partitioning.Column)}}
            FROM read_csv({{SqlIdentifier.Literal(file)}}, columns = { {{raw}} }, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', strict_mode = false)
            """);
    }
}
