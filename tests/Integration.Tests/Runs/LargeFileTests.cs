using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit.S3;

namespace Integration.Tests.Runs;

/// <summary>Source files too large for memory: landed through a staged copy.</summary>
public sealed class LargeFileTests
{
    private const int Rows = 250_000;
    private const string Sample = "pipelines/big/sample/2024-05-01.csv";

    [Theory]
    [InlineData("land.before-put")]
    [InlineData("land.after-put")]
    public async Task Land_LargeFileThatFailsOnce_IsThereWholeAndOnce(string place)
    {
        await using var live = await LiveRuns.StartAsync(Big());
        var visits = 0;
        live.At = p =>
        {
            if (p == place && ++visits == 1)
            {
                throw new IOException("The disk went away.");
            }
        };

        await live.RunAsync("big", "2024-05-01");

        Assert.Equal(2, visits);
        Assert.Equal([$"{Rows}|{Rows}"], await live.RowsAsync("count(*), count(DISTINCT id)", "bronze.big"));
        var landed = Directory.GetFiles(Path.Combine(live.Workspace.Lake, "_landing", "big", "files"));
        Assert.Equal(File.ReadAllBytes(live.Workspace.At(Sample)), File.ReadAllBytes(Assert.Single(landed, f => !f.EndsWith(".json", StringComparison.Ordinal))));
        Assert.Empty(live.Lake.Store.EnumerateAsync("_staging/").ToBlockingEnumerable());
    }

    [Theory]
    [InlineData("the same size", "SHA-256")]
    [InlineData("another size", "bytes")]
    public async Task Land_LargeFileThatChangesAfterThePlan_IsRefused(string how, string expected)
    {
        await using var live = await LiveRuns.StartAsync(Big());
        live.At = p =>
        {
            if (p == "land.file")
            {
                var text = File.ReadAllText(live.Workspace.At(Sample));
                File.WriteAllText(live.Workspace.At(Sample), how == "another size" ? text + "x" : text.Replace("\n7,", "\n8,", StringComparison.Ordinal));
            }
        };

        var failure = await LiveRuns.FailureAsync(() => live.RunAsync("big", "2024-05-01"));

        Assert.Equal(ErrorTypes.InputChanged, failure.ErrorType);
        Assert.Contains($"expected {(expected == "bytes" ? "" : expected)}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(live.Workspace.Lake), "land-*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(Path.Combine(live.Workspace.Lake, "_landing")));
    }

    [Fact]
    public async Task Land_LargeFileIntoABucketThatLosesReplies_IsThereWhole()
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });
        var workspace = Big();
        await using var live = await LiveRuns.StartAsync(workspace, lake: server.Location("lake/big", $"cache={workspace.At("cache")}"));
        server.Faults.AddRandom(7, 0.05, S3Fault.ResetAfterStore, S3Fault.InternalErrorAfterStore, S3Fault.ResetMidBody);

        await live.RunAsync("big", "2024-05-01");

        Assert.True(server.Faults.Injected > 0);
        server.Faults.Clear();
        Assert.Equal([$"{Rows}|{Rows}"], await live.RowsAsync("count(*), count(DISTINCT id)", "bronze.big"));
        Assert.Empty(live.Lake.Store.EnumerateAsync("_staging/").ToBlockingEnumerable());
    }

    [Fact]
    public async Task Run_LargeFileThatIsDeleted_IsMadeAgainFromWhatWasLanded()
    {
        await using var live = await LiveRuns.StartAsync(Big());
        await live.RunAsync("big", "2024-05-01");
        File.Delete(live.Workspace.At(Sample));

        var again = await live.RunAsync("big", "2024-05-01", force: true);

        Assert.Equal(Rows, again.Datasets[0].Counts.Published);
    }

    /// <summary>A day of 18 MB.</summary>
    private static SmallWorkspace Big()
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("big", "id, text", "");
        workspace.Edit("pipelines/big/pipeline.yaml", "input_bytes: 10MB", "input_bytes: 100MB");
        var text = new StringBuilder("id,text\n");
        for (var i = 0; i < Rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},a text that is as long as such texts are and has the number {i:D12}\n");
        }

        workspace.Write(Sample, text.ToString());
        return workspace;
    }
}
