using Lakehouse.Lineage;
using Orchestrator.Pipelines.Models;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Models;

/// <summary>Lineage of the pipeline that ships with the product.</summary>
public sealed class ModelLineageTests
{
    [Fact]
    public void Of_EveryModelOfThePipeline_IsExact()
    {
        var spec = PipelineLoader.Load(TestPaths.InRepo("pipelines", "covid"));
        var models = spec.Datasets.Where(d => d.Model is not null).ToList();

        Assert.NotEmpty(models);
        foreach (var dataset in models)
        {
            var lineage = ModelLineage.Of(spec, dataset);

            Assert.True(lineage.IsExact, $"{dataset.Name}: {lineage.Reason}");
            Assert.Equal(dataset.Reads.Keys.Order(StringComparer.Ordinal), lineage.Tables);
            Assert.Equal(dataset.Schema.Columns.Select(c => c.ColumnName).Order(StringComparer.Ordinal), lineage.Columns.Select(c => c.Name).Order(StringComparer.Ordinal));
            Assert.Contains(lineage.Columns, c => c.Sources.Any(s => s.IsDirect));
        }
    }

    [Fact]
    public void Of_TheGoldModel_KnowsWhatItSums()
    {
        var spec = PipelineLoader.Load(TestPaths.InRepo("pipelines", "covid"));
        var lineage = ModelLineage.Of(spec, spec.Dataset("gold.country_daily"));

        Assert.Contains(lineage.Columns.SelectMany(c => c.Sources), s => s is { Table: "silver.cases", Kind: TransformationKind.Aggregation });
        Assert.Contains(lineage.Rows, s => s.Kind is TransformationKind.GroupBy);
    }
}
