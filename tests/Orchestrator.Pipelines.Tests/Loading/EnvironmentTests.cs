using Orchestrator.Pipelines.Policies;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Loading;

public sealed class EnvironmentTests
{
    [Fact]
    public void Load_WithAnEnvironment_LaysItsKeysOverTheFile()
    {
        using var folder = new PipelineFolder();
        folder.Write("pipeline.prod.yaml", "limits:\n  memory: 8GB\nconcurrency: 16\nsources:\n  orders:\n    path: /prod/{yyyy}-{MM}-{dd}.csv\nalerts: {failed: [oncall]}\n");

        var spec = folder.Load(In("prod"));

        Assert.Equal((8_000_000_000, TimeSpan.FromMinutes(90), 16, "prod"), (spec.Limits.MemoryBytes, spec.Limits.RunTimeout, spec.Concurrency, spec.Environment));
        Assert.Equal("/prod/{yyyy}-{MM}-{dd}.csv", spec.Sources["orders"].Path.Text);
        Assert.Equal(["oncall"], spec.Alerts.For(AlertEvent.Failed));
        Assert.Equal(1, folder.Load().Concurrency);
        Assert.Equal(spec.Fingerprint, folder.Load().Fingerprint);
        Assert.Equal(["prod"], PipelineLoader.Environments(folder.Root));
    }

    [Fact]
    public void Load_InAnEnvironmentThatThePipelineHasNoFileOf_IsThePipelineAsItIs()
    {
        using var folder = new PipelineFolder();
        folder.Write("pipeline.prod.yaml", "concurrency: 16\n");

        Assert.Equal((16, 1, 1), (PipelineLoader.Load(folder.Root, "prod").Concurrency, PipelineLoader.Load(folder.Root, "dev").Concurrency, PipelineLoader.Load(folder.Root, environment: null).Concurrency));
    }

    [Fact]
    public void Load_WithAnEnvironment_ReplacesListsWhole()
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "limits:\n", "quality: {approvers: [stewards, leads], on_error: hold}\nlimits:\n");
        folder.Write("pipeline.dev.yaml", "quality:\n  approvers: [me]\n");

        var quality = folder.Load(In("dev")).Dataset("gold.totals").Quality;

        Assert.Equal(["me"], quality.Approvers);
        Assert.Equal(QualityAction.Hold, quality.OnError);
    }

    [Fact]
    public void Load_WithAFaultyEnvironment_PointsIntoIt()
    {
        using var folder = new PipelineFolder();
        folder.Write("pipeline.prod.yaml", "limits:\n  memory: lots\nconcurency: 2\nname: other\n");

        var errors = folder.Errors(In("prod"));

        var file = folder.At("pipeline.prod.yaml");
        Assert.Equal([(file, 2), (file, 3), (file, 4)], errors.Select(e => (e.File, e.Line)));
        Assert.Contains("an environment cannot rename the pipeline", errors[2].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAnUnknownEnvironment_NamesTheNearest()
    {
        using var folder = new PipelineFolder();
        folder.Write("pipeline.prod.yaml", "concurrency: 2\n");

        var error = Assert.Single(folder.Errors(In("prd")));

        Assert.Equal("there is no environment 'prd'", error.What);
        Assert.Equal("did you mean 'prod'?", error.Help);
    }

    [Fact]
    public void Load_WithAnEnvironmentThatAddsHalfAPart_MissesTheRest()
    {
        using var folder = new PipelineFolder();
        folder.Write("pipeline.prod.yaml", "sources:\n  more:\n    description: no path\n");

        var errors = folder.Errors(In("prod"));

        Assert.Contains(errors, e => e.What == "'path' is missing" && e.File == folder.At("pipeline.prod.yaml") && e.Line == 3);
    }

    [Fact]
    public void Load_WithAnEnvironmentThatCompletesTheFile_IsSound()
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "  memory: 256MB\n", "");
        folder.Write("pipeline.dev.yaml", "limits: {memory: 64MB}\n");

        Assert.Equal(64_000_000, folder.Load(In("dev")).Limits.MemoryBytes);
        Assert.Contains(folder.Errors(), e => e.What == "'memory' is missing");
    }

    [Theory]
    [InlineData("pipeline.yaml")]
    [InlineData("pipeline.dev.yaml")]
    public void Load_WithASecret_NeverShowsIt(string file)
    {
        using var folder = new PipelineFolder();
        folder.Write("pipeline.dev.yaml", "concurrency: 2\n");
        File.AppendAllText(folder.At(file), "description: postgres://me:hunter22@db/x\ntenant: AKIAABCDEFGHIJKLMNOP\n");

        var errors = folder.Errors(In("dev"));

        Assert.Equal(2, errors.Count(e => e.What == "this looks like a secret" && e.File == folder.At(file)));
        Assert.All(errors, e => Assert.DoesNotMatch("hunter22|AKIAABC", e.ToString()));
    }

    [Fact]
    public void Load_OfTheShippedPipeline_NeedsNoEnvironment() =>
        Assert.Null(PipelineLoader.Load(TestPaths.InRepo("pipelines", "covid")).Environment);

    private static PipelineOverrides In(string environment) => new() { Environment = environment };
}
