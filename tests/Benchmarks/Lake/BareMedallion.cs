using System.Diagnostics;
using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// The same models over the same files with nothing around them: one engine instance, one loop over the days, each table a folder of Parquet files. No contract,
/// no quarantine, no commit, no retry.
/// </summary>
internal sealed class BareMedallion(PipelineSpec spec, string folder)
{
    private readonly Dictionary<string, double> _steps = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double> StepSeconds => _steps;

    public void Run(IReadOnlyList<(PartitionKey Day, string File)> days)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimitBytes = spec.Limits.MemoryBytes });
        using var connection = database.Connect();
        connection.Execute("CREATE SCHEMA bronze; CREATE SCHEMA silver;");
        foreach (var layer in new[] { "bronze", "silver", "gold" })
        {
            Directory.CreateDirectory(Path.Combine(folder, layer));
        }

        foreach (var (day, file) in days)
        {
            var name = day.Value + ".parquet";
            Time("bronze", () => connection.Execute($"COPY ({ReadCsv(file, day)}) TO {SqlIdentifier.Literal(Path.Combine(folder, "bronze", name))} (FORMAT parquet, COMPRESSION zstd)"));
            connection.Execute($"CREATE OR REPLACE VIEW bronze.daily_reports AS SELECT * FROM read_parquet({SqlIdentifier.Literal(Path.Combine(folder, "bronze", name))})");
            Time("silver", () => Copy(connection, "silver.cases", day, Path.Combine(folder, "silver", name)));
            var window = Enumerable.Range(0, 7).Select(i => spec.Partitioning.Calendar.Add(day, -i).Value).Select(d => Path.Combine(folder, "silver", d + ".parquet")).Where(File.Exists);
            connection.Execute($"CREATE OR REPLACE VIEW silver.cases AS SELECT * FROM read_parquet({SqlIdentifier.Literals(window)})");
            Time("gold", () => Copy(connection, "gold.country_daily", day, Path.Combine(folder, "gold", name)));
        }
    }

    private void Copy(DuckDbConnection connection, string dataset, PartitionKey day, string target)
    {
        var model = spec.Dataset(dataset).Model!.Sql;
        var values = ModelParameters.For(spec.Partitioning, day);
        connection.Execute(
            $"COPY (\n{model}\n) TO {SqlIdentifier.Literal(target)} (FORMAT parquet, COMPRESSION zstd)",
            SqlParser.Parse(model).Parameters.ToDictionary(p => p, p => (object?)values[p]));
    }

    private string ReadCsv(string file, PartitionKey day)
    {
        var table = spec.Dataset("bronze.daily_reports").Schema;
        using var reader = new StreamReader(file);
        var match = HeaderMatcher.Match(reader.ReadLine()!.Split(','), table.Headers, file);
        var raw = string.Join(", ", match.Columns.OfType<HeaderColumn>().Select(c => $"{SqlIdentifier.Literal(c.Name)}: 'VARCHAR'"));
        var present = match.Columns.OfType<HeaderColumn>().Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var columns = table.Columns.Where(c => !c.ColumnName.StartsWith('_') && c.ColumnName != spec.Partitioning.Column)
            .Select(c => present.Contains(c.ColumnName) ? SqlIdentifier.Quote(c.ColumnName) : $"NULL::VARCHAR AS {SqlIdentifier.Quote(c.ColumnName)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            SELECT {{string.Join(", ", columns)}}, {{SqlIdentifier.Literal(file)}} AS _source_uri, row_number() OVER () AS _source_row, DATE '{{day.Value}}' AS report_date
            FROM read_csv({{SqlIdentifier.Literal(file)}}, columns = { {{raw}} }, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', strict_mode = false)
            """);
    }

    private void Time(string step, Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        _steps[step] = _steps.GetValueOrDefault(step) + Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
