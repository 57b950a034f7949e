using System.Diagnostics;
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
        using var folder = new TempDir();
        using var workspace = new CovidWorkspace("2020-03-22");
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", folder.Root) == 0, "mounting a small tmpfs is not allowed here");
        try
        {
            var result = await workspace.CallAsync("run", "pipelines/covid", "--lake", folder.At("lake"));

            Assert.True(result.ExitCode == 1, $"exit code {result.ExitCode}\n{result.Output}\n{result.Errors}");
            Assert.Contains("No space is left", result.Output);
            Assert.Contains("[storage.full]", result.Output);
            Assert.Empty(Directory.EnumerateDirectories(folder.At("lake"), "_delta_log", SearchOption.AllDirectories));
            Assert.Empty(Directory.EnumerateFiles(folder.At("lake"), "*.parquet", SearchOption.AllDirectories));
        }
        finally
        {
            await RunAsync("umount", folder.Root);
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
