using Orchestrator.TestKit;

namespace Conventions.Tests.Swap;

/// <summary>What the product's workflows, activities and workers use is in the official package: they compile against its listing.</summary>
public sealed class SwapTests(StubFeed feed) : IClassFixture<StubFeed>
{
    private const string Good = """
        using Temporalio.Client;
        using Temporalio.Common;
        using Temporalio.Exceptions;
        using Temporalio.Workflows;

        namespace Snippet;

        [Workflow]
        public sealed class Sample
        {
            private string _state = "new";

            [WorkflowRun]
            public async Task<string> RunAsync(string name)
            {
                await Workflow.DelayAsync(TimeSpan.FromMinutes(1), cancellationToken: Workflow.CancellationToken);
                var (id, runId) = (Workflow.Info.WorkflowId, Workflow.Info.RunId);
                return name + _state + id + runId;
            }

            [WorkflowSignal]
            public Task SetAsync(string state)
            {
                _state = state;
                return Task.CompletedTask;
            }

            public static async Task<string> StartAsync(ITemporalClient client)
            {
                var handle = await client.StartWorkflowAsync((Sample s) => s.RunAsync("a"), new(id: "i", taskQueue: "q"));
                await handle.SignalAsync(s => s.SetAsync("b"));
                var other = handle with { RunId = null };
                return await other.GetResultAsync();
            }

            public static Exception Failure() => new ApplicationFailureException("m", errorType: "E", nonRetryable: true);

            public static RetryPolicy Policy() => new() { MaximumAttempts = 3 };
        }
        """;

    /// <summary>Inside of methods; the compiler looks at these only when every declaration is right.</summary>
    private static readonly (string Code, string Error)[] BadStatements =
    [
        ("_ = Workflow.Info.NotListed;", "CS1061"),
        ("Workflow.NotListed(1);", "CS0117"),
        ("_ = new Temporalio.Workflows.NotListed();", "CS0234"),
        ("_ = Workflow.ExecuteActivityAsync<string>(activity: \"a\", args: [], notListed: 1);", "CS1739"),
        ("Workflow.Info.RunId = \"r\";", "CS8852"),
        ("_ = new Temporalio.Client.WorkflowExecution();", "CS1729"),
        ("_ = new Temporalio.Runtime.MetricMeter();", "CS0234"),
        ("_ = Temporalio.Common.Priority.NotListed;", "CS0117"),
        ("_ = new Temporalio.Activities.ActivityExecutionContext();", "CS1729"),
        ("var e = Temporalio.Activities.ActivityCancelReason.NotListed;", "CS0117"),
        ("Temporalio.Runtime.ICustomMetricCounter<string>? c = null;", "CS0453"),
        ("_ = Temporalio.Client.TemporalClient.ConnectAsync(42);", "CS1503"),
    ];

    private static readonly (string Code, string Error)[] BadDeclarations =
    [
        ("public sealed class C : Temporalio.Converters.IPayloadConverter { }", "CS0535"),
        ("[Workflow] public int Property { get; set; }", "CS0592"),
    ];

    [Fact]
    public void Listing_OfTheOfficialPackage_IsAlmostAllInTheStandIn()
    {
        Assert.InRange(feed.Types, 360, 442);
        Assert.InRange(feed.Members, 2100, 2797);
    }

    [Fact]
    public void Build_OfWorkersWithTheirWorkflowsAndActivities_NeedsNothingBesideTheOfficialPackage()
    {
        var (code, output) = feed.Build(TestPaths.InRepo("workers", "Orchestrator.Workers.csproj"));

        Assert.True(code == 0, output);
    }

    [Fact]
    public void Build_OfASnippetOfListedMembers_Succeeds()
    {
        var (code, output) = BuildSnippet(Good);

        Assert.True(code == 0, output);
    }

    [Fact]
    public void Build_OfUnlistedMembersInStatements_FailsOnEachLine() =>
        AssertEachLineFails([.. BadStatements.Select((b, i) => ($"static void M{i}() {{ {b.Code} }}", b.Error))]);

    [Fact]
    public void Build_OfUnlistedMembersInDeclarations_FailsOnEachLine() => AssertEachLineFails(BadDeclarations);

    private void AssertEachLineFails(IReadOnlyList<(string Code, string Error)> members)
    {
        const string Before = "using Temporalio.Workflows;\npublic sealed class Bad {\n";
        var first = Before.Count(c => c == '\n') + 1;

        var (code, output) = BuildSnippet(Before + string.Join('\n', members.Select(m => m.Code)) + "\n}");

        Assert.NotEqual(0, code);
        Assert.All(members.Index(), m => Assert.Matches($@"Snippet\.cs\({first + m.Index},\d+\): error {m.Item.Error}:", output));
    }

    private (int Code, string Output) BuildSnippet(string source)
    {
        var folder = feed.Folder("snippet-" + Guid.NewGuid().ToString("N"));
        File.WriteAllText(Path.Combine(folder, "Snippet.cs"), source);
        File.WriteAllText(Path.Combine(folder, "Snippet.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <Import Project="$(RepoRoot)infra/TemporalSdk.props" />
            </Project>
            """);
        return feed.Build(folder);
    }
}
