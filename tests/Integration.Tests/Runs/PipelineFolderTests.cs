using Orchestrator.Activities;
using Temporalio.Exceptions;

namespace Integration.Tests.Runs;

/// <summary>What a worker that goes on running learns of changes in its folder.</summary>
public sealed class PipelineFolderTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public PipelineFolderTests()
    {
        _workspace.Pipeline("items", "id", "gold.items: {model: models/gold.items.sql, key: [id], reads: {bronze.items: {}}}");
        _workspace.Contract("items", "gold.items", "id VARCHAR, day DATE");
        _workspace.Model("items", "gold.items", "SELECT id, day FROM bronze.items");
        _workspace.Day("items", 1, "id\n1\n");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Load_NothingButDataChanged_GivesWhatItHasRead()
    {
        var folder = new PipelineFolder(_workspace.Pipelines);
        var first = folder.Load("items");
        _workspace.Day("items", 2, "id\n2\n");
        _workspace.Write("pipelines/items/sample/notes.yaml", "no: part of the pipeline");

        Assert.Same(first, folder.Load("items"));
    }

    [Fact]
    public void Load_ModelContractOrSpecChanged_ReadsAgain()
    {
        var folder = new PipelineFolder(_workspace.Pipelines);
        var first = folder.Load("items");
        _workspace.Model("items", "gold.items", "SELECT id, day FROM bronze.items WHERE id <> ''");
        var second = folder.Load("items");
        File.AppendAllText(_workspace.At("pipelines/items/contracts/gold.items.odcs.yaml"), "tags: [other]\n");
        var third = folder.Load("items");
        File.AppendAllText(_workspace.At("pipelines/items/pipeline.yaml"), "description: other\n");

        Assert.NotSame(first, second);
        Assert.NotSame(second, third);
        Assert.NotSame(third, folder.Load("items"));
    }

    [Fact]
    public void Load_ModelInAFolderOfData_ReadsAgainWhenItChanges()
    {
        var text = File.ReadAllText(_workspace.At("pipelines/items/pipeline.yaml")).Replace("models/gold.items.sql", "sample/models/gold.items.sql", StringComparison.Ordinal);
        _workspace.Write("pipelines/items/pipeline.yaml", text);
        _workspace.Write("pipelines/items/sample/models/gold.items.sql", "SELECT id, day FROM bronze.items");
        var folder = new PipelineFolder(_workspace.Pipelines);
        var first = folder.Load("items");
        _workspace.Write("pipelines/items/sample/models/gold.items.sql", "SELECT id, day FROM bronze.items WHERE id <> ''");

        Assert.NotSame(first, folder.Load("items"));
    }

    [Fact]
    public void Load_PipelineOfAnotherNameThanItsFolder_IsFoundByItsName()
    {
        Directory.Move(_workspace.At("pipelines/items"), _workspace.At("pipelines/other"));
        var folder = new PipelineFolder(_workspace.Pipelines);

        Assert.Equal(_workspace.At("pipelines/other"), folder.Load("items").Folder);
        Assert.Equal(["items"], folder.All().Select(p => p.Name));
        Assert.Contains("Expected one of: items.", Assert.Throws<ApplicationFailureException>(() => folder.Load("other")).Message, StringComparison.Ordinal);
    }
}
