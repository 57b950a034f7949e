using Integration.Tests.Runs;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>The verbs that check something, and what is said of a broken folder, through the real program.</summary>
public sealed class CheckVerbTests
{
    [Fact]
    public async Task ValidateAndTest_OfASoundFolderAndABrokenOne_TellWhatIsWrongAndWhere()
    {
        using var folder = new TempDir();
        (await OrchestratorProcess.RunAsync(folder.Root, "init", "pipelines/shop")).ShouldSucceed();
        await GoldenCall.TextAsync(folder.Root, "validate", 0, "validate", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder.Root, "validate", 0, "validate", "pipelines/shop");
        await GoldenCall.TextAsync(folder.Root, "test", 0, "test", "pipelines/shop");

        var fixture = folder.At("pipelines", "shop", "tests", "gold.shop_daily_sales.yaml");
        File.WriteAllText(fixture, File.ReadAllText(fixture).Replace("revenue: 8", "revenue: 9", StringComparison.Ordinal));
        await GoldenCall.TextAsync(folder.Root, "test.failed", 1, "test", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder.Root, "test", 1, "test", "pipelines/shop");
        File.AppendAllText(folder.At("pipelines", "shop", "pipeline.yaml"), "\nownr: me\nquality: {on_error: explode}\n");
        await GoldenCall.TextAsync(folder.Root, "validate.errors", 2, "validate", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder.Root, "validate.errors", 2, "validate", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder.Root, "error.folder", 2, "run", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder.Root, "error", 2, "run", "pipelines/sho");
    }

    [Fact]
    public async Task ContractDiff_OfABreakingChangeWithoutAMajorVersion_FailsAndSaysSo()
    {
        using var workspace = new CovidWorkspace("2020-03-21");
        var old = Path.Combine(workspace.PipelineFolder, "contracts", "gold.country_daily.odcs.yaml");
        var @new = Path.Combine(workspace.Root, "new.odcs.yaml");
        File.WriteAllText(@new, File.ReadAllText(old).Replace("name: recovered", "name: healed", StringComparison.Ordinal));

        await GoldenCall.TextAsync(workspace.Root, "contract-diff", 1, "contract", "diff", old, @new);
        var document = await GoldenCall.DocumentAsync(workspace.Root, "contract-diff", 1, "contract", "diff", old, @new);

        Assert.Equal("breaking", document.GetProperty("impact").GetString());
        (await workspace.CallAsync("contract", "diff", old, old)).ShouldSucceed();
    }

    [Fact]
    public async Task Doctor_OfASoundFolder_IsHealthyAndOfABrokenOneSaysHowToMendIt()
    {
        using var workspace = new CovidWorkspace("2020-03-21");

        await GoldenCall.TextAsync(workspace.Root, "doctor", 0, "doctor");
        var healthy = await GoldenCall.DocumentAsync(workspace.Root, "doctor", 0, "doctor");
        Assert.True(healthy.GetProperty("healthy").GetBoolean());
        Assert.Equal(
            ["engine", "pipelines", "sources", "lake", "temporal", "database", "search attributes", "catalog", "keys", "disk", "memory"],
            healthy.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("check").GetString()));

        var file = Path.Combine(workspace.Root, ".orchestrator", "temporal.db");
        File.WriteAllText(file, new string('x', 8192));
        var damaged = (await OrchestratorProcess.RunAsync(workspace.Root, "doctor")).Output;
        Assert.Contains($"'{file}' cannot be used: SQLite: file is not a database", damaged, StringComparison.Ordinal);
        Assert.Contains("restore the file from a copy, or move it away", damaged, StringComparison.Ordinal);

        File.AppendAllText(Path.Combine(workspace.PipelineFolder, "pipeline.yaml"), "\nnonsense: 1\n");
        await GoldenCall.TextAsync(workspace.Root, "doctor.sick", 1, "doctor", "--address", "127.0.0.1:1");
        await GoldenCall.DocumentAsync(workspace.Root, "doctor.sick", 1, "doctor", "--address", "127.0.0.1:1");
    }

    [Theory]
    [InlineData("completion", "bash")]
    [InlineData("completion.zsh", "zsh")]
    [InlineData("completion.fish", "fish")]
    public async Task Completion_OfAShell_AsksTheProgram(string golden, string shell)
    {
        using var folder = new TempDir();

        await GoldenCall.TextAsync(folder.Root, golden, 0, "completion", shell);

        var line = "orchestrator par";
        Assert.Contains("partitions", (await OrchestratorProcess.RunAsync(folder.Root, $"[suggest:{line.Length}]", line)).Output);
    }
}
