using Orchestrator.Pipelines;

namespace Orchestrator.Benchmarks.Runs;

/// <summary>A pipeline of hours that computes next to nothing: one file, one raw table, one table of sums.</summary>
internal static class HoursPipeline
{
    /// <summary>Writes it to a folder and reads it.</summary>
    /// <param name="to">The pipeline's folder.</param>
    /// <param name="sum">SQL of the number that an hour has in the end.</param>
    /// <param name="lookback">How many earlier hours the table of sums reads. Default: 2.</param>
    public static PipelineSpec Create(string to, string sum, int lookback = 2)
    {
        foreach (var part in new[] { "models", "contracts", "sample" })
        {
            Directory.CreateDirectory(Path.Combine(to, part));
        }

        File.WriteAllText(Path.Combine(to, "pipeline.yaml"), $$"""
            name: hours
            owner: bench
            partitioning: {unit: hour, column: began}
            sources:
              files: {path: "sample/{yyyy}-{MM}-{dd}T{HH}.csv"}
            datasets:
              bronze.hours_raw: {source: files, key: [_source_uri, _source_row]}
              gold.hours_sums:
                model: models/gold.hours_sums.sql
                key: [began]
                reads:
                  bronze.hours_raw: {lookback: {{lookback}}}
            limits: {run_timeout: 30m, step_timeout: 10m, memory: 256MB, spill: 1GB, input_bytes: 1MB}
            """);
        File.WriteAllText(Path.Combine(to, "models", "gold.hours_sums.sql"), $"SELECT began, CAST({sum} AS BIGINT) AS total FROM bronze.hours_raw GROUP BY began");
        File.WriteAllText(Path.Combine(to, "contracts", "bronze.hours_raw.odcs.yaml"), Contract("hours_raw", """
                  - {name: value, logicalType: string, physicalType: VARCHAR, classification: public}
                  - {name: began, logicalType: timestamp, physicalType: TIMESTAMPTZ, required: true, partitioned: true}
                  - {name: _source_uri, logicalType: string, physicalType: VARCHAR, required: true}
                  - {name: _source_row, logicalType: integer, physicalType: BIGINT, required: true}
                  - {name: _source_line, logicalType: integer, physicalType: BIGINT, required: true}
                  - {name: _arrived_at, logicalType: timestamp, physicalType: TIMESTAMPTZ, required: true}
                  - {name: _file_hash, logicalType: string, physicalType: VARCHAR, required: true}
                  - {name: _header, logicalType: string, physicalType: VARCHAR, required: true}
                customProperties:
                  - {property: headers, value: [{name: "1", columns: [{name: value, header: value}]}]}
            """));
        File.WriteAllText(Path.Combine(to, "contracts", "gold.hours_sums.odcs.yaml"), Contract("hours_sums", """
                  - {name: began, logicalType: timestamp, physicalType: TIMESTAMPTZ, required: true, primaryKey: true, partitioned: true}
                  - {name: total, logicalType: integer, physicalType: BIGINT}
            """));
        return PipelineLoader.Load(to);
    }

    private static string Contract(string table, string rest) => $"""
        apiVersion: v3.1.0
        kind: DataContract
        id: hours.{table}
        name: {table}
        version: 1.0.0
        status: active
        schema:
          - name: {table}
            physicalType: table
            properties:
        {rest}
        """;
}
