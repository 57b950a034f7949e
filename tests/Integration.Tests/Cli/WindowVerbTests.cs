using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Integration.Tests.Runs;

namespace Integration.Tests.Cli;

/// <summary>The verbs of windows, through the real program: a day that is over for good, and one that stays open.</summary>
public sealed class WindowVerbTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Windows_OfDaysThatAreSealedAndOpen_AreToldByEveryVerb()
    {
        using var workspace = new SmallWorkspace();
        var folder = workspace.At("");
        Declare(workspace, "shop", "2d");
        Declare(workspace, "open", "3650d");
        Declare(workspace, "later", "3650d", quiet: "1h");
        await using var dev = workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C");

        await GoldenCall.TextAsync(folder, "window-feed", 0, "window", "feed", "pipelines/shop", "--wait");
        await GoldenCall.DocumentAsync(folder, "window-feed", 0, "window", "feed", "pipelines/open", "--wait");
        await GoldenCall.TextAsync(folder, "window-list", 0, "window", "list", "shop");
        await GoldenCall.DocumentAsync(folder, "window-list", 0, "window", "list", "shop");
        await GoldenCall.DocumentAsync(folder, "partitions.final", 0, "partitions", "pipelines/shop");

        await GoldenCall.TextAsync(folder, "window-extend", 0, "window", "extend", "open", "2024-05-01", "--until", "2100-01-01", "--by", "ann", "--reason", "they mend May");
        await GoldenCall.DocumentAsync(folder, "window-extend", 0, "window", "extend", "open", "2024-05-01", "--until", "2100-02-01T00:00Z", "--by", "ann", "--reason", "they mend May");
        workspace.Day("open", 1, "\"amount\",\"id\"\n10,1");
        (await workspace.CallAsync("window", "feed", "pipelines/open", "--wait")).ShouldSucceed();
        File.Delete(workspace.At("pipelines/open/sample/2024-05-01.csv"));
        (await workspace.CallAsync("window", "feed", "pipelines/open", "--wait")).ShouldSucceed();
        await GoldenCall.TextAsync(folder, "window-show", 0, "window", "show", "open", "2024-05-01");
        await GoldenCall.DocumentAsync(folder, "window-show", 0, "window", "show", "open", "2024-05-01");

        // Nothing is worked in before an hour of quiet.
        (await workspace.CallAsync("window", "feed", "pipelines/later")).ShouldSucceed();
        await GoldenCall.DocumentAsync(folder, "window-extend.pending", 0, "window", "extend", "later", "2024-05-01", "--until", "2100-01-01", "--by", "ann", "--reason", "they mend May");

        // How often a window looks at its sources depends on what comes when.
        var shown = JsonNode.Parse((await workspace.CallAsync("show", "window/shop/2024-05-01", "--json")).ShouldSucceed().Output)!;
        shown["steps"] = new JsonArray();
        GoldenText.EqualDocument("show.window", shown.ToJsonString(Indented), folder);
    }

    private static void Declare(SmallWorkspace workspace, string name, string seal, string quiet = "1s")
    {
        workspace.Pipeline(name, "id, amount", $"silver.{name}_orders: {{key: [id]}}", $"lateness: {{dataset: silver.{name}_orders, watermark: day, allowed: 1d, seal_after: {seal}, quiet: {quiet}}}");
        workspace.Contract(name, $"silver.{name}_orders", "id BIGINT, amount BIGINT, day DATE");
        workspace.Model(name, $"silver.{name}_orders", $"SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.{name} WHERE day = $partition_date");
        workspace.Day(name, 1, "id,amount\n1,10");
    }
}
