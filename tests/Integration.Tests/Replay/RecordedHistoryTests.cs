using System.Reflection;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Integration.Tests.Replay;

/// <summary>
/// Histories as earlier versions of the workflows have made them, <c>Histories/DATE-TYPE-EVENTS-SHAPE.json</c>: runs that were open when a worker was replaced go on with today's code. None of them is ever written anew;
/// a change that one of them does not replay with needs a patch (docs/guides/add-an-activity.md).
/// </summary>
public sealed class RecordedHistoryTests
{
    internal static string Folder { get; } = TestPaths.InRepo("tests", "Integration.Tests", "Replay", "Histories");

    /// <summary>The product's workflows by the names of their types.</summary>
    internal static IReadOnlyDictionary<string, Type> Types { get; } = typeof(PipelineRunWorkflow).Assembly.GetTypes()
        .Select(t => (Type: t, t.GetCustomAttribute<WorkflowAttribute>()?.Name)).Where(t => t.Name is not null).ToDictionary(t => t.Name!, t => t.Type, StringComparer.Ordinal);

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Replay_OfARecordedHistory_IsClean(string file)
    {
        var history = WorkflowHistory.FromJson(file, await File.ReadAllTextAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken));
        var failure = await FailureAsync(history);

        Assert.True(failure is null, $"{file}: {failure}");
    }

    [Fact]
    public void Files_OfEveryWorkflow_AreThere() => Assert.DoesNotContain(Types.Keys, t => !Files.Any(f => f.Data.Contains($"-{t}-", StringComparison.Ordinal)));

    /// <summary>Why a history does not replay with today's code; null when it does.</summary>
    internal static async Task<Exception?> FailureAsync(WorkflowHistory history)
    {
        var options = new WorkflowReplayerOptions { DataConverter = PayloadFormat.Converter };
        foreach (var type in Types.Values)
        {
            options.AddWorkflow(type);
        }

        return (await new WorkflowReplayer(options).ReplayWorkflowAsync(history, throwOnReplayFailure: false)).ReplayFailure;
    }
}
