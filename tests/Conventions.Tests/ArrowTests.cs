namespace Conventions.Tests;

/// <summary>Arrows between projects only point down (docs/architecture.md).</summary>
public sealed class ArrowTests
{
    /// <summary>What each project may reference; a project that is not named here fails the test.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Temporal.Api"] = [],
        ["Temporal.Grpc"] = [],
        ["Temporalio"] = ["Temporal.Api", "Temporal.Grpc"],
        ["Temporalio.Extensions.Hosting"] = ["Temporalio"],
        ["Temporalio.Extensions.DiagnosticSource"] = ["Temporalio"],
        ["Temporalio.Extensions.OpenTelemetry"] = ["Temporalio"],
        ["Temporal.DevServer"] = ["Temporal.Api", "Temporal.Grpc"],
        ["Lakehouse"] = [],
        ["Orchestrator.Pipelines"] = ["Lakehouse"],
        ["Orchestrator.Catalog"] = [],
        ["Orchestrator.Catalog.Design"] = ["Orchestrator.Catalog"],
        ["Orchestrator.Activities.Contracts"] = ["Temporalio"],
        ["Orchestrator.Workflows"] = ["Orchestrator.Activities.Contracts"],
        ["Orchestrator.Activities"] = ["Orchestrator.Activities.Contracts", "Lakehouse", "Orchestrator.Pipelines", "Orchestrator.Catalog"],
        ["Orchestrator.Workers"] = ["Orchestrator.Workflows", "Orchestrator.Activities", "Orchestrator.Catalog"],
        ["Orchestrator.Cli"] = ["Orchestrator.Workers", "Temporal.DevServer", "Orchestrator.Pipelines", "Orchestrator.Catalog"],
    };

    [Fact]
    public void ProjectReferences_OfEveryProduct_OnlyPointDown()
    {
        var wrong = SourceTree.ProjectReferences()
            .Where(p => !IsTestOnly(p.Key))
            .SelectMany(p => Allowed.TryGetValue(p.Key, out var allowed)
                ? p.Value.Except(allowed).Select(r => $"{p.Key} -> {r}")
                : [$"{p.Key} has no line in the table of arrows"]);
        Assert.Empty(wrong);
    }

    [Fact]
    public void ProjectReferences_OfTheSdkAndTheServer_NeverMeet()
    {
        var references = SourceTree.ProjectReferences();
        Assert.DoesNotContain("Temporal.DevServer", Closure(references, "Temporalio"));
        Assert.DoesNotContain("Temporalio", Closure(references, "Temporal.DevServer"));
    }

    [Fact]
    public void ProjectReferences_OfWorkflows_ReachNoInputOrOutput()
    {
        var closure = Closure(SourceTree.ProjectReferences(), "Orchestrator.Workflows");
        Assert.Equal(["Orchestrator.Activities.Contracts", "Temporal.Api", "Temporal.Grpc", "Temporalio"], closure.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Namespaces_OfDeltaAndDuckDb_DoNotKnowEachOther()
    {
        var wrong = SourceTree.Files(".cs")
            .Where(f => (Inside(f, "src/Lakehouse/Delta/") && File.ReadAllText(f).Contains("Lakehouse.DuckDb", StringComparison.Ordinal))
                || (Inside(f, "src/Lakehouse/DuckDb/") && File.ReadAllText(f).Contains("Lakehouse.Delta", StringComparison.Ordinal)))
            .Select(SourceTree.Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Solution_OfEveryProject_NamesIt()
    {
        var solution = File.ReadAllText(Path.Combine(Orchestrator.TestKit.TestPaths.Repo, "Orchestrator.sln")).Replace('\\', '/');
        Assert.All(SourceTree.Files(".csproj").Select(SourceTree.Relative), p => Assert.Contains(p, solution, StringComparison.Ordinal));
    }

    private static bool IsTestOnly(string project) =>
        project.EndsWith(".Tests", StringComparison.Ordinal) || project is "TestKit" or "Benchmarks" or "Conformance" or "Temporal.DevServer.Conformance" or "Lakehouse.Simulation" or "Temporal.DevServer.Simulation";

    private static bool Inside(string file, string folder) => SourceTree.Relative(file).StartsWith(folder, StringComparison.Ordinal);

    private static HashSet<string> Closure(IReadOnlyDictionary<string, IReadOnlySet<string>> references, string project)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(references[project]);
        while (open.TryPop(out var next))
        {
            if (seen.Add(next))
            {
                foreach (var reference in references[next])
                {
                    open.Push(reference);
                }
            }
        }

        return seen;
    }
}
