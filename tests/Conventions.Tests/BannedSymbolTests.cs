using Orchestrator.TestKit;

namespace Conventions.Tests;

/// <summary>Workflow code that would not replay does not compile.</summary>
public sealed class BannedSymbolTests
{
    [Fact]
    public void Build_OfWorkflowCodeWithBannedSymbols_FailsAndNamesEachReplacement()
    {
        // Under the checkout, so that the same props and package versions apply.
        var folder = Directory.CreateDirectory(TestPaths.InRepo("artifacts", "banned-" + Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            File.Copy(TestPaths.InRepo("workflows", "BannedSymbols.txt"), Path.Combine(folder, "BannedSymbols.txt"));
            var project = File.ReadAllText(TestPaths.InRepo("workflows", "Orchestrator.Workflows.csproj"));
            File.WriteAllText(Path.Combine(folder, "Banned.csproj"), string.Join('\n', project.Split('\n').Where(l => !l.Contains("ProjectReference", StringComparison.Ordinal))));
            File.WriteAllText(Path.Combine(folder, "Bad.cs"), """
                namespace Bad;

                internal static class Bad
                {
                    public static async Task<object> RunAsync()
                    {
                        await Task.Delay(1);
                        await Task.Run(() => 1);
                        return (DateTime.UtcNow, Guid.NewGuid(), File.ReadAllText("x"), new Random().Next(), Environment.MachineName);
                    }
                }
                """);

            var (code, output) = DotNet.Build(folder);

            Assert.NotEqual(0, code);
            Assert.Contains("error RS0030", output);
            foreach (var replacement in new[] { "Workflow.DelayAsync", "Workflow.RunTaskAsync", "Workflow.UtcNow", "Workflow.NewGuid", "belong in an activity", "Workflow.Random", "Differs between workers" })
            {
                Assert.Contains(replacement, output);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
