using Orchestrator.TestKit.S3;

namespace Integration.Tests.Runs;

/// <summary>The same job with its lake in a bucket.</summary>
public sealed class S3LakeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.03)]
    public async Task Run_WithALakeInABucket_MakesTheRowsOfALakeOnDisk(double faults)
    {
        string[] days = ["2020-03-21", "2020-03-22", "2020-03-23"];
        using var disk = new CovidWorkspace(days);
        await disk.RunAsync();

        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });
        using var bucket = new CovidWorkspace(days);
        var cache = Path.Combine(bucket.Root, "cache");
        await File.WriteAllTextAsync(
            Path.Combine(bucket.Root, "temporal-dev.yaml"),
            $"lake: \"{server.Location("lake/team/covid", $"cache={cache}")}\"\n");
        server.Faults.AddRandom(20, faults, S3Fault.ResetAfterStore, S3Fault.InternalErrorAfterStore, S3Fault.ResetMidBody, S3Fault.SlowDown, S3Fault.ConditionalRequestConflict);

        var summary = await bucket.RunAsync();

        Assert.Equal((days.Length, 0), (summary.GetProperty("done").GetInt32(), summary.GetProperty("failed").GetInt32()));
        Assert.Equal(faults > 0, server.Faults.Injected > 0);
        server.Faults.Clear();
        Assert.Equal(await disk.RowsAsync(), await bucket.RowsAsync());
        Assert.False(Directory.Exists(bucket.Lake), "Something was written to a lake on disk.");
        Assert.DoesNotContain(
            Directory.EnumerateFiles(bucket.Root, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length < 10_000_000),
            f => File.ReadAllBytes(f).AsSpan().IndexOf("testsecret123"u8) >= 0);
    }
}
