using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Orchestrator.Pipelines.Models;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Pipelines.Tests.Covid;

/// <summary>
/// The pipeline's own models over real files in one engine instance: bronze as text by the contract's header generations, silver by model,
/// rules and deduplication, gold by model. Stands in for nothing but the steps around the SQL.
/// </summary>
internal sealed class CovidLake : IDisposable
{
    private readonly PipelineSpec _spec;
    private readonly DuckDbDatabase _database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 2 });
    private readonly DuckDbConnection _connection;

    public CovidLake(PipelineSpec spec, IEnumerable<DiscoveredPartition> partitions)
    {
        _spec = spec;
        _connection = _database.Connect();
        foreach (var layer in new[] { "bronze", "silver", "gold" })
        {
            _connection.Execute($"CREATE SCHEMA {layer}");
        }

        foreach (var dataset in spec.Datasets)
        {
            _connection.Execute($"CREATE TABLE {dataset.Name} ({string.Join(", ", dataset.Schema.Columns.Select(c => $"{SqlIdentifier.Quote(c.ColumnName)} {ColumnTypes.Of(c)}"))})");
        }

        foreach (var partition in partitions)
        {
            LoadBronze(partition);
        }
    }

    /// <summary>Name of the header generation by partition.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<IReadOnlyList<object?>> Query(string sql) => _connection.Query(sql).Rows;

    public long Count(string sql) => _connection.Scalar<long>(sql);

    /// <summary>Makes silver of a range: every model row into <c>modelled</c>, the good ones without duplicates into the table.</summary>
    public void MakeSilver(PartitionKey from, PartitionKey to)
    {
        var silver = _spec.Dataset("silver.cases");
        _connection.Execute("CREATE OR REPLACE TABLE modelled AS " + silver.Model!.Sql, Parameters(from, to));
        var rules = silver.Schema.Columns.SelectMany(RulesOf).ToList();
        _connection.Execute($"CREATE OR REPLACE TABLE good AS SELECT * FROM modelled WHERE {string.Join(" AND ", rules)}");
        var order = string.Join(", ", silver.Deduplicate!.OrderBy.Select(o => o.ToSql()));
        _connection.Execute($"INSERT INTO silver.cases BY NAME SELECT * FROM good QUALIFY row_number() OVER (PARTITION BY {string.Join(", ", silver.Key)} ORDER BY {order}) = 1");
    }

    public void MakeGold(PartitionKey from, PartitionKey to) =>
        _connection.Execute("INSERT INTO gold.country_daily BY NAME " + _spec.Dataset("gold.country_daily").Model!.Sql, Parameters(from, to));

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    private Dictionary<string, object?> Parameters(PartitionKey from, PartitionKey to) =>
        ModelParameters.For(_spec.Partitioning, from, to).ToDictionary(p => p.Key, p => (object?)p.Value);

    private static IEnumerable<string> RulesOf(ContractColumn column)
    {
        if (column.Required)
        {
            yield return $"{column.ColumnName} IS NOT NULL";
        }

        if (column.Options.Minimum is { } minimum)
        {
            yield return $"coalesce({column.ColumnName} >= {minimum}, true)";
        }

        if (column.Options.MinLength is { } length)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"coalesce(length({column.ColumnName}) >= {length}, true)");
        }
    }

    private void LoadBronze(DiscoveredPartition partition)
    {
        var file = partition.Files.Single();
        using var reader = new StreamReader(file);
        var match = HeaderMatcher.Match(reader.ReadLine()!.Split(','), _spec.Dataset("bronze.daily_reports").Schema.Headers, file);
        Headers[partition.Partition.Value] = match.Generation.Name;

        // Quoted values hold commas but no line ends, so the engine's own reader numbers the rows rightly.
        var columns = string.Join(", ", match.Columns.Select(c => $"{SqlIdentifier.Literal(c.Name)}: 'VARCHAR'"));
        _connection.Execute($"""
            INSERT INTO bronze.daily_reports BY NAME
            SELECT *, DATE '{partition.Partition.Value}' AS report_date, {SqlIdentifier.Literal(Path.GetFileName(file))} AS _source_uri, row_number() OVER () AS _source_row,
                   '{match.Generation.Name}' AS _header
            FROM read_csv({SqlIdentifier.Literal(file)}, columns = {"{"}{columns}{"}"}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', strict_mode = true)
            """);
    }
}
