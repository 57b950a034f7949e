using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Orchestrator.Activities;
using Orchestrator.Pipelines;

namespace Orchestrator.Cli.Runs;

/// <summary>The first rows of the pipeline's last dataset: the largest of its newest partition.</summary>
internal sealed record GoldSample(string Dataset, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    private const int RowLimit = 8;

    public static async Task<GoldSample?> ReadAsync(PipelineSpec spec, LakeRoot lake, CancellationToken cancellationToken)
    {
        var gold = spec.Datasets[^1];
        if (await lake.Tables.Table(gold.Name).HeadAsync(cancellationToken) is not { } head)
        {
            return null;
        }

        // A table that the pipeline's newest code has not got into may have other columns.
        var columns = DeltaTypes.FromDeltaSchema(head.Metadata.SchemaString).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        if (!columns.Contains(gold.PartitionColumn))
        {
            return null;
        }

        var partition = SqlIdentifier.Quote(gold.PartitionColumn);
        var order = gold.Schema.Columns.Select(c => c.ColumnName).FirstOrDefault(n => !gold.Key.Contains(n) && n != gold.PartitionColumn && columns.Contains(n));
        var sql = $"SELECT * FROM {gold.Name} WHERE {partition} = (SELECT max({partition}) FROM {gold.Name}) "
            + (order is null ? "" : $"ORDER BY {SqlIdentifier.Quote(order)} DESC ")
            + $"LIMIT {RowLimit}";
        var result = await lake.QueryAsync(sql, cancellationToken);
        return new GoldSample(gold.Name, result.Columns, result.Rows);
    }
}
