using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>A lake on a disk that fills up at different steps of a run.</summary>
public sealed class FullDiskTests
{
    /// <summary>Sizes at which landing, loading or transforming is the first to find no room.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(360)]
    [InlineData(480)]
    public async Task Run_OnADiskThatFillsUp_SaysSoAndPublishesNothing(int kibibytes)
    {
        await using var disk = await SmallDisk.TryMountAsync(kibibytes);
        Assert.SkipWhen(disk is null, "mounting a small tmpfs is not allowed here");
        using var workspace = new CovidWorkspace("2020-03-22");

        var result = await workspace.CallAsync("run", "pipelines/covid", "--lake", disk!.At("lake"));

        Assert.True(result.ExitCode == 1, $"exit code {result.ExitCode}\n{result.Output}\n{result.Errors}");
        Assert.Contains("No space is left", result.Output);
        Assert.Contains("[storage.full]", result.Output);
        Assert.Empty(Directory.EnumerateDirectories(disk.At("lake"), "_delta_log", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(disk.At("lake"), "*.parquet", SearchOption.AllDirectories));
    }
}
