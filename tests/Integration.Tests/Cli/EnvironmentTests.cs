using Integration.Tests.Runs;
using Orchestrator.Cli.Settings;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>The same pipeline in an environment of its own: other files, other settings, another lake.</summary>
public sealed class EnvironmentTests
{
    [Fact]
    public async Task Run_InAnEnvironment_ReadsItsFilesAndFillsItsLakeOnly()
    {
        using var workspace = Workspace();
        File.WriteAllText(workspace.At("pipelines/shop/pipeline.prod.yaml"), "concurrency: 3\nsources:\n  files: {path: \"prod/{yyyy}-{MM}-{dd}.csv\"}\n");
        workspace.Write("pipelines/shop/prod/2024-05-02.csv", "id,amount\n7,70\n8,80\n");

        var run = CovidWorkspace.Parse((await CallAsync(workspace, "run", "pipelines/shop", "--environment", "prod", "--json")).ShouldSucceed().Output);

        Assert.Equal((1, workspace.At(".orchestrator/prod/lake")), (run.GetProperty("done").GetInt32(), run.GetProperty("lake").GetString()));
        Assert.False(Directory.Exists(workspace.Lake));
        Assert.Equal("[[\"2024-05-02\",150]]", await RowsAsync(workspace, "--environment", "prod"));

        // Without it the pipeline is what pipeline.yaml says, and the other lake stays as it was.
        (await CallAsync(workspace, "run", "pipelines/shop")).ShouldSucceed();
        Assert.Equal("[[\"2024-05-01\",30]]", await RowsAsync(workspace));
        Assert.Contains("nothing to do, 1 partition up to date", (await CallAsync(workspace, "plan", "pipelines/shop", "--environment", "prod")).ShouldSucceed().Output);
    }

    [Fact]
    public async Task Verbs_InAnEnvironmentThatNobodyHas_SayWhichThereAre()
    {
        using var workspace = Workspace();
        File.WriteAllText(workspace.At("pipelines/shop/pipeline.prod.yaml"), "concurrency: 3\n");

        var plan = await CallAsync(workspace, "plan", "pipelines/shop", "--environment", "prdo");
        var path = await CallAsync(workspace, "plan", "pipelines/shop", "--environment", "../prod");

        Assert.Equal((2, 2), (plan.ExitCode, path.ExitCode));
        Assert.Contains("did you mean 'prod'?", plan.Errors, StringComparison.Ordinal);
        Assert.Contains("Help:", path.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_OfAPipelineWithEnvironments_ShowsTheErrorsOfAll()
    {
        using var workspace = Workspace();
        File.WriteAllText(workspace.At("pipelines/shop/pipeline.dev.yaml"), "concurrency: 2\n");
        Assert.Contains("also in dev", (await CallAsync(workspace, "validate", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
        File.WriteAllText(workspace.At("pipelines/shop/pipeline.prod.yaml"), "concurency: 3\n");
        File.AppendAllText(workspace.At("pipelines/shop/pipeline.yaml"), "ownr: me\n");

        var errors = CovidWorkspace.Parse((await CallAsync(workspace, "validate", "pipelines/shop", "--json")).Output).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("what").GetString());

        Assert.Equal(["unknown key 'ownr'", "unknown key 'concurency'"], errors);
    }

    [Fact]
    public void Load_OfAnEnvironment_TakesPlacesFromItsOwnFileOnly()
    {
        using var folder = new TempDir();
        File.WriteAllText(folder.At("temporal-dev.yaml"), "temporal: {address: \"somewhere:7233\", port: 7300}\nlake: everybody\nlogs: logs\n");
        File.WriteAllText(folder.At("temporal-dev.prod.yaml"), "temporal: {namespace: prod}\nlake: s3://bucket/prod\n");
        var variables = new Dictionary<string, string> { [SettingsLoader.EnvironmentVariable] = "prod" };

        var none = SettingsLoader.Load(folder.Root, _ => null);
        var prod = SettingsLoader.Load(folder.Root, variables.GetValueOrDefault);
        var dev = SettingsLoader.Load(folder.Root, variables.GetValueOrDefault, "dev");

        Assert.Equal((null, "somewhere:7233", folder.At("everybody"), folder.At("logs"), 7300), (none.Environment, none.Address, none.Lake, none.Logs, none.Port));
        Assert.Equal(("prod", null, "prod", "s3://bucket/prod", folder.At(".orchestrator", "prod", "logs"), 7300), (prod.Environment, prod.Address, prod.Namespace, prod.Lake, prod.Logs, prod.Port));
        Assert.Equal(("dev", null, folder.At(".orchestrator", "dev", "lake"), folder.At(".orchestrator", "dev", "temporal.db")), (dev.Environment, dev.Address, dev.Lake, dev.Database));
    }

    private static SmallWorkspace Workspace()
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", "gold.shop_days: {key: [day]}");
        workspace.Contract("shop", "gold.shop_days", "day DATE, amount BIGINT");
        workspace.Model("shop", "gold.shop_days", "SELECT day, CAST(sum(CAST(amount AS BIGINT)) AS BIGINT) AS amount FROM bronze.shop GROUP BY day");
        workspace.Day("shop", 1, "id,amount\n1,10\n2,20\n");
        return workspace;
    }

    private static Task<CliResult> CallAsync(SmallWorkspace workspace, params string[] arguments) => OrchestratorProcess.RunAsync(workspace.At("."), arguments);

    private static async Task<string> RowsAsync(SmallWorkspace workspace, params string[] more) =>
        CovidWorkspace.Parse((await CallAsync(workspace, ["query", "select cast(day as varchar), amount from gold.shop_days order by 1", "--json", .. more])).ShouldSucceed().Output)
            .GetProperty("rows").GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);
}
