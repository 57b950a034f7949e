using System.Text.RegularExpressions;
using Temporal.DevServer;

namespace Orchestrator.Integration.Tests;

/// <summary>The official TypeScript SDK, client and worker, against the embedded server: one test per scenario of its script.</summary>
public sealed partial class TypeScriptSdkTests(TypeScriptSdkTests.Run run) : IClassFixture<TypeScriptSdkTests.Run>
{
    /// <summary>The names in <c>TypeScript/scenarios</c>.</summary>
    public static TheoryData<string> Scenarios =>
    [
        .. Directory.EnumerateFiles(Path.Combine(NodeScript.Folder, "scenarios"), "*.js").Order(StringComparer.Ordinal)
            .SelectMany(file => ScenarioName().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value),
    ];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Scenario_EmbeddedServer_Passes(string name)
    {
        Assert.True(run.Outcomes.TryGetValue(name, out var outcome), $"The script did not report '{name}'.");
        Assert.True(outcome.Ok, outcome.Error);
    }

    [Fact]
    public void Scenarios_AllThatRan_AreTestsHere() =>
        Assert.Equal(Scenarios.Select(row => row.Data).Order(StringComparer.Ordinal), run.Outcomes.Keys.Order(StringComparer.Ordinal));

    [GeneratedRegex("^  '(?<name>[a-z0-9-]+)': async", RegexOptions.Multiline)]
    private static partial Regex ScenarioName();

    /// <summary>One run of all scenarios in one node process against one server.</summary>
    public sealed class Run : IAsyncLifetime
    {
        private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

        internal IReadOnlyDictionary<string, NodeScript.Outcome> Outcomes { get; private set; } = new Dictionary<string, NodeScript.Outcome>();

        public async ValueTask InitializeAsync()
        {
            await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = null });
            Outcomes = await NodeScript.RunAsync(Limit, "main.js", server.Address);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
