using Orchestrator.Pipelines.Validation;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Loading;

/// <summary>A small sound pipeline in a folder of its own, for tests to break in one place.</summary>
internal sealed class PipelineFolder : IDisposable
{
    public const string Yaml = """
        name: shop
        owner: sales-data
        partitioning:
          unit: day
          column: day
          start: 2024-01-01
          time_zone: Europe/Berlin
        sources:
          orders:
            path: in/{yyyy}-{MM}-{dd}.csv
        datasets:
          bronze.orders:
            source: orders
          silver.orders:
            key: [id]
            rows: conserve
            deduplicate:
              rule: newest
              order_by: [amount desc nulls first, id]
          gold.totals:
            reads:
              silver.orders: {lookback: 2}
        limits:
          run_timeout: 1h30m
          memory: 256MB
          spill: 1GiB
          input_bytes: 1.5GB
        """;

    private readonly TempDir? _own;

    public PipelineFolder(string? root = null)
    {
        Root = root ?? (_own = new TempDir()).At("shop");
        Write("pipeline.yaml", Yaml + "\n");
        Contract("bronze.orders", "orders", ["id: VARCHAR", "amount: VARCHAR", "day: DATE"], headers: true);
        Contract("silver.orders", "orders", ["id: BIGINT", "amount: DOUBLE", "day: DATE"]);
        Contract("gold.totals", "totals", ["day: DATE", "amount: DOUBLE"]);
        Write("models/silver.orders.sql", "-- typed\nSELECT CAST(id AS BIGINT) AS id, CAST(amount AS DOUBLE) AS amount, day\nFROM bronze.orders\nWHERE day = $partition_date;\n");
        Write("models/gold.totals.sql", "WITH recent AS (SELECT * FROM silver.orders)\nSELECT day, sum(amount) AS amount FROM recent WHERE day >= $partition_date - 2 GROUP BY day\n");
    }

    public string Root { get; }

    public void Dispose() => _own?.Dispose();

    public string At(string file) => Path.GetFullPath(Path.Combine(Root, file));

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    /// <summary>Replaces a text that has to be there.</summary>
    public void Edit(string file, string old, string @new)
    {
        var text = File.ReadAllText(At(file));
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(At(file), text.Replace(old, @new, StringComparison.Ordinal));
    }

    public PipelineSpec Load(PipelineOverrides? overrides = null) => PipelineLoader.Load(Root, overrides ?? PipelineOverrides.None);

    public IReadOnlyList<SpecError> Errors(PipelineOverrides? overrides = null) => Assert.Throws<PipelineValidationException>(() => Load(overrides)).Errors;

    private void Contract(string dataset, string table, string[] columns, bool headers = false)
    {
        var text = $"""
            apiVersion: v3.1.0
            kind: DataContract
            id: {dataset}
            version: 1.0.0
            status: active
            schema:
              - name: {table}
                properties:

            """;
        foreach (var column in columns)
        {
            text += $"      - name: {column.Split(": ")[0]}\n        physicalType: {column.Split(": ")[1]}\n";
        }

        Write(
            $"contracts/{dataset}.odcs.yaml",
            text + (headers ? "    customProperties:\n      - property: headers\n        value:\n          - {name: v1, columns: [{name: id, header: Id}, {name: amount, header: Amount}]}\n" : ""));
    }
}
