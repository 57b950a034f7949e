using Lakehouse.Raw;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Pipelines.Tests.Covid;

/// <summary>
/// The pipeline's steps on real files in one engine instance, without tables of the lake: bronze by the bronze loader, silver by its model
/// and its contract's checks, gold by its model.
/// </summary>
internal sealed class CovidLake : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PipelineSpec _spec;
    private readonly DuckDbDatabase _database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 2 });
    private readonly DuckDbConnection _connection;

    public CovidLake(PipelineSpec spec, IEnumerable<DiscoveredPartition> partitions)
    {
        _spec = spec;
        _connection = _database.Connect();
        _connection.Execute("CREATE SCHEMA bronze; CREATE SCHEMA silver; CREATE SCHEMA gold");
        foreach (var partition in partitions)
        {
            LoadBronze(partition);
        }

        _connection.Execute("CREATE VIEW bronze.daily_reports AS SELECT * FROM loaded");
    }

    /// <summary>Name of the header generation by partition.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.Ordinal);

    /// <summary>Records that could not become rows.</summary>
    public long Rejected { get; private set; }

    public IReadOnlyList<IReadOnlyList<object?>> Query(string sql) => _connection.Query(sql).Rows;

    public long Count(string sql) => _connection.Scalar<long>(sql);

    /// <summary>Makes silver of a range: every model row into <c>modelled</c>, those kept aside into <c>quarantine</c>, the rest into the table.</summary>
    public CheckReport MakeSilver(PartitionKey from, PartitionKey to)
    {
        var silver = _spec.Dataset("silver.cases");
        _connection.Execute("CREATE OR REPLACE TABLE modelled AS " + silver.Model!.Sql, Parameters(from, to));
        var report = ContractPlan.Compile(silver.Schema, _connection, "modelled").Run(_connection, new CheckRequest
        {
            Relation = "modelled",
            Dataset = silver.Name,
            Partition = from.Value,
            RunId = "test",
            QuarantinedAt = Noon,
            Deduplicate = new Lakehouse.Quality.Deduplication(silver.Key, silver.Deduplicate!.OrderBy),
        });
        _connection.Execute("CREATE OR REPLACE TABLE silver.cases AS SELECT * FROM passing");
        return report;
    }

    public CheckReport MakeGold(PartitionKey from, PartitionKey to)
    {
        var gold = _spec.Dataset("gold.country_daily");
        _connection.Execute("CREATE OR REPLACE TABLE gold.country_daily AS " + gold.Model!.Sql, Parameters(from, to));
        return ContractPlan.Compile(gold.Schema, _connection, "gold.country_daily")
            .Run(_connection, new CheckRequest { Relation = "gold.country_daily", Dataset = gold.Name, Partition = from.Value, RunId = "test", QuarantinedAt = Noon, QuarantineTable = "gold_quarantine" });
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    private Dictionary<string, object?> Parameters(PartitionKey from, PartitionKey to) =>
        ModelParameters.For(_spec.Partitioning, from).ToDictionary(p => p.Key, p => (object?)(p.Key == ModelParameters.PartitionEnd ? to.End : p.Value));

    private void LoadBronze(DiscoveredPartition partition)
    {
        var bronze = _spec.Dataset("bronze.daily_reports");
        var file = partition.Files.Single().Uri;
        var result = BronzeLoader.Load(
            File.OpenRead(file),
            new BronzeLoad
            {
                Table = bronze.Schema,
                SourceUri = Path.GetFileName(file),
                FileHash = "hash",
                ArrivedAt = Noon,
                Dataset = bronze.Name,
                Partition = partition.Partition.Value,
                RunId = "test",
                QuarantinedAt = Noon,
                Constants = new Dictionary<string, string?> { [bronze.PartitionColumn] = partition.Partition.Value },
                TargetTable = "loaded",
            },
            _connection);
        Headers[partition.Partition.Value] = result.Header.Generation.Name;
        Rejected += result.Rejected;
    }
}
