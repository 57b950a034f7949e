using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

public sealed class OtherMakerTests
{
    [Fact]
    public async Task Run_TableThatAnotherPipelineMakes_IsRefusedInOneLakeOnly()
    {
        using var workspace = new SmallWorkspace();
        foreach (var name in new[] { "first", "second" })
        {
            workspace.Pipeline(name, "id", "gold.items: {key: [id]}");
            workspace.Contract(name, "gold.items", "id VARCHAR, day DATE");
            workspace.Model(name, "gold.items", $"SELECT id, day FROM bronze.{name}");
            workspace.Day(name, 1, "id\n1\n");
        }

        (await CallAsync("run", "pipelines/first")).ShouldSucceed();
        var refused = await CallAsync("run", "pipelines/second");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("'gold.items' is made by pipeline 'first'", refused.Output + refused.Errors, StringComparison.Ordinal);
        (await CallAsync("run", "pipelines/second", "--lake", workspace.At("other-lake"))).ShouldSucceed();

        Task<CliResult> CallAsync(params string[] arguments) => OrchestratorProcess.RunAsync(workspace.At("."), arguments);
    }
}
