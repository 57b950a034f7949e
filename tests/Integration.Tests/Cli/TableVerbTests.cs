using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Lakehouse;

namespace Integration.Tests.Cli;

/// <summary>The verbs that keep tables in shape, through the real program.</summary>
public sealed class TableVerbTests
{
    [Fact]
    public async Task Redrive_BeforeAndAfterTheContractIsMended_TellsWhichRowsAreFixed()
    {
        using var workspace = SmallWorkspace.Shop();
        var folder = workspace.At("");
        await workspace.RunAsync("shop");

        await GoldenCall.TextAsync(folder, "quarantine-redrive", 0, "quarantine", "redrive", "shop");
        workspace.Edit("pipelines/shop/contracts/silver.sales.odcs.yaml", ", required: true", "");
        await GoldenCall.DocumentAsync(folder, "quarantine-redrive", 0, "quarantine", "redrive", "shop");
        await GoldenCall.TextAsync(folder, "quarantine-redrive.nothing", 0, "quarantine", "redrive", "shop");
        await GoldenCall.TextAsync(folder, "quarantine-list.nothing", 0, "quarantine", "list");
    }

    [Fact]
    public async Task Maintain_OfATableOfSmallFiles_TellsWhatItWouldDoAndWhatItDid()
    {
        string[] days = ["2020-03-20", "2020-03-21"];
        using var workspace = new CovidWorkspace(days);
        File.AppendAllText(Path.Combine(workspace.PipelineFolder, "pipeline.yaml"), "\nmaintain:\n  compact_after_files: 3\n");
        await ScatteredTable.WriteAsync(new Lake(workspace.Lake), days, files: 5);

        await GoldenCall.TextAsync(workspace.Root, "maintain.dry-run", 0, "maintain", "covid", "--dry-run");
        await GoldenCall.DocumentAsync(workspace.Root, "maintain.dry-run", 0, "maintain", "covid", "--dry-run");
        await GoldenCall.DocumentAsync(workspace.Root, "maintain", 0, "maintain", "covid", "--yes");
        await GoldenCall.TextAsync(workspace.Root, "maintain", 0, "maintain", "covid", "--yes");
    }
}
