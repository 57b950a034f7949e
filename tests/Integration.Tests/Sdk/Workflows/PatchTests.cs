using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Patches, and changes of code that are none.</summary>
public sealed class PatchTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Patched_InNewCode_IsTrueAndLeavesOneMarker()
    {
        var handle = await StartAsync(_ => Task.FromResult($"{Workflow.Patched("a")} {Workflow.Patched("a")}"));
        Assert.Equal("True True", await ResultAsync(handle));
        Assert.Equal("core_patch", Assert.Single(await EventsAsync(handle), e => e.MarkerRecordedEventAttributes is not null).MarkerRecordedEventAttributes.MarkerName);
    }

    [Fact]
    public async Task Patched_OnAnOldHistory_IsFalse() => await ReplaysAsync(
        async _ => $"{await Workflow.ExecuteActivityAsync(() => Deeds.Greet("old"), Deeds.Short)}",
        async _ => Workflow.Patched("new") ? $"{await Workflow.ExecuteActivityAsync(() => Deeds.Add(1, 2), Deeds.Short)}" : await Workflow.ExecuteActivityAsync(() => Deeds.Greet("old"), Deeds.Short));

    [Fact]
    public async Task DeprecatePatch_OnAPatchedHistory_Replays() => await ReplaysAsync(
        async _ =>
        {
            Workflow.Patched("new");
            return await Workflow.ExecuteActivityAsync(() => Deeds.Greet("new"), Deeds.Short);
        },
        async _ =>
        {
            Workflow.DeprecatePatch("new");
            return await Workflow.ExecuteActivityAsync(() => Deeds.Greet("new"), Deeds.Short);
        });

    [Fact]
    public async Task DeprecatedPatch_TakenOut_Replays() => await ReplaysAsync(
        async _ =>
        {
            Workflow.DeprecatePatch("new");
            return await Workflow.ExecuteActivityAsync(() => Deeds.Greet("new"), Deeds.Short);
        },
        _ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("new"), Deeds.Short));

    [Fact]
    public async Task Patch_TakenOutTooEarly_IsNondeterministic() => await Assert.ThrowsAsync<WorkflowNondeterminismException>(() => ReplaysAsync(
        async _ =>
        {
            Workflow.Patched("new");
            return await Workflow.ExecuteActivityAsync(() => Deeds.Greet("new"), Deeds.Short);
        },
        _ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("new"), Deeds.Short)));

    [Theory]
    [InlineData("other activity")]
    [InlineData("timer")]
    [InlineData("nothing")]
    [InlineData("one more")]
    public async Task Change_WithoutPatch_IsNondeterministic(string change)
    {
        var error = await Assert.ThrowsAsync<WorkflowNondeterminismException>(() => ReplaysAsync(
            _ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("x"), Deeds.Short),
            async _ =>
            {
                switch (change)
                {
                    case "other activity":
                        return $"{await Workflow.ExecuteActivityAsync(() => Deeds.Add(1, 1), Deeds.Short)}";
                    case "timer":
                        await Workflow.DelayAsync(10);
                        return "x";
                    case "nothing":
                        return "x";
                    default:
                        await Workflow.WhenAllAsync(Workflow.ExecuteActivityAsync(() => Deeds.Greet("x"), Deeds.Short), Workflow.DelayAsync(5));
                        return "x";
                }
            }));
        Assert.Contains("[TMPRL1100]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_OfArguments_IsNoProblem() => await ReplaysAsync(
        _ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("before"), Deeds.Short),
        _ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("after"), Deeds.Short));

    [Fact]
    public async Task Nondeterminism_OnAWorker_FailsTheTaskAndHealsWithTheOldCode()
    {
        var broken = false;
        var queue = $"queue-{Guid.NewGuid():N}";
        var key = Script.Keep(async wf =>
        {
            if (broken)
            {
                await Workflow.DelayAsync(1);
            }

            var greeting = await Workflow.ExecuteActivityAsync(() => Deeds.Greet("x"), Deeds.Short);
            return $"{greeting} {await wf.ReceiveAsync(1)}";
        });
        using var worker = new TemporalWorker(
            Client, new TemporalWorkerOptions(queue) { MaxCachedWorkflows = 0 }.AddWorkflow<Script>().AddActivity(Deeds.Greet));
        await worker.ExecuteAsync(async () =>
        {
            var options = SdkServer.Options(queue);
            options.TaskTimeout = TimeSpan.FromSeconds(1);
            var handle = await Client.StartWorkflowAsync((Script wf) => wf.RunAsync(key), options);
            await EventAsync(handle, e => e.EventType == EventType.ActivityTaskCompleted);
            await UntilAsync(async () => await CountAsync(handle, EventType.WorkflowTaskCompleted) == 2);
            broken = true;
            await handle.SignalAsync(wf => wf.PutAsync("healed"));
            var failed = await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
            Assert.Equal(WorkflowTaskFailedCause.NonDeterministicError, failed.WorkflowTaskFailedEventAttributes.Cause);
            broken = false;
            Assert.Equal("Hello, x! healed", await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        });
    }

    /// <summary>Runs code, and replays its history with other code.</summary>
    private async Task ReplaysAsync(Func<Script, Task<string>> before, Func<Script, Task<string>> after)
    {
        var changed = false;
        var handle = await StartAsync(wf => changed ? after(wf) : before(wf));
        await ResultAsync(handle);
        changed = true;
        await ReplayAsync(handle);
    }
}
