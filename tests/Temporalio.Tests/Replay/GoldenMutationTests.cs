using System.Text.Json;
using Orchestrator.TestKit;
using Temporalio.Api.History.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Temporalio.Tests.Replay;

/// <summary>Every recorded history, changed in every place where a change matters, is caught.</summary>
public sealed class GoldenMutationTests
{
    public static TheoryData<string> All =>
        [.. GoldenHistories.Names(GoldenHistories.Folder).Where(n => !n.StartsWith("707", StringComparison.Ordinal)).DefaultIfEmpty("absent")];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Replay_CommandRemovedSwappedOrRenamed_IsNondeterminism(string name)
    {
        var events = Read(name);
        var missed = new List<string>();
        foreach (var (what, changed) in HistoryMutations.CommandRemoved(events).Concat(HistoryMutations.CommandsSwapped(events)).Concat(HistoryMutations.Renamed(events)))
        {
            var failure = await FailureOfAsync(name, changed);
            if (failure is not WorkflowNondeterminismException || !failure.Message.Contains("Help:", StringComparison.Ordinal))
            {
                missed.Add($"{what}: {failure?.ToString() ?? "clean"}");
            }
        }

        Assert.True(missed.Count == 0, string.Join("\n", missed));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Replay_ArgumentsOfACommandChanged_IsClean(string name)
    {
        foreach (var (what, changed) in HistoryMutations.CommandArgumentChanged(Read(name)))
        {
            var failure = await FailureOfAsync(name, changed);
            Assert.True(failure is null, $"{what}: {failure}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Replay_ArgumentOfTheWorkflowOfAnotherType_FailsTheTaskNamingTheParameter(string name)
    {
        var events = Read(name);
        var started = events[0].WorkflowExecutionStartedEventAttributes;
        var parameter = GoldenHistories.Options(name, null).Workflows.FirstOrDefault(w => w.Name == started.WorkflowType.Name)?.RunMethod.GetParameters().FirstOrDefault();
        if (parameter is null || parameter.ParameterType == typeof(object) || parameter.ParameterType == typeof(JsonElement) || parameter.ParameterType.IsAssignableTo(typeof(IRawValue))
            || started.Input is not { Payloads_.Count: > 0 } || events.All(e => e.EventType != Api.Enums.V1.EventType.WorkflowTaskCompleted))
        {
            return;
        }

        var failure = await FailureOfAsync(name, HistoryMutations.ArgumentTypeChanged(events));

        Assert.IsAssignableFrom<InvalidWorkflowOperationException>(failure);
        Assert.Contains($"'{parameter.Name}'", failure!.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<HistoryEvent> Read(string name) => [.. GoldenHistories.Read(TestPaths.Shared("golden", "histories"), name).Events];

    private static async Task<Exception?> FailureOfAsync(string name, List<HistoryEvent> events)
    {
        var history = new WorkflowHistory(events[0].WorkflowExecutionStartedEventAttributes.WorkflowId, events);
        return (await new WorkflowReplayer(GoldenHistories.Options(name, history)).ReplayWorkflowAsync(history, throwOnReplayFailure: false)).ReplayFailure;
    }
}
