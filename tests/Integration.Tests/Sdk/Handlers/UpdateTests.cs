using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Handlers;

/// <summary>Updates.</summary>
public sealed class UpdateTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Execute_GivesTheAnswer()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(2));
        Assert.Equal("changed to a", await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("a")));
        Assert.Equal("changed to b", await handle.ExecuteUpdateAsync<string>("Change", ["b"]));
        Assert.Equal("a b", await ResultAsync(handle));
    }

    [Fact]
    public async Task Rejected_LeavesNoTrace()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        await EventAsync(handle, e => e.EventType == EventType.WorkflowTaskCompleted);
        var before = (await EventsAsync(handle)).Count;
        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("bad")));
        Assert.Equal("no bad changes", refused.InnerException!.Message);
        Assert.Equal(before, (await EventsAsync(handle)).Count);
        await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("good"));
        Assert.Equal("good", await ResultAsync(handle));
    }

    [Fact]
    public async Task Rejected_AfterATaskWithCommands_LetsTheRunGoOn()
    {
        // The events of the commands come with the update's task, and once more with the next.
        var handle = await StartAsync(async wf =>
        {
            var options = Deeds.Short;
            options.HeartbeatTimeout = TimeSpan.FromSeconds(5);
            var call = CaughtAsync(() => Workflow.ExecuteActivityAsync(() => Deeds.UntilCancelledAsync(), options));
            var timer = Workflow.DelayAsync(TimeSpan.FromHours(1));
            return await wf.ReceiveAsync(2);
        });
        await EventAsync(handle, e => e.EventType == EventType.TimerStarted);
        await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("bad")));
        await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("bad")));
        await handle.SignalAsync(wf => wf.PutAsync("a"));
        await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("bad")));
        await handle.SignalAsync(wf => wf.PutAsync("b"));
        Assert.Equal("a b", await ResultAsync(handle));
        Assert.Equal(0, await CountAsync(handle, EventType.WorkflowTaskFailed));
    }

    [Fact]
    public async Task Handler_FailingAfterAcceptance_FailsTheUpdateOnly()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Updates["Fail"] = WorkflowUpdateDefinition.CreateWithoutAttribute("Fail", async () =>
            {
                await Workflow.DelayAsync(1);
                throw new ApplicationFailureException("update says no", "No");
            });
            return await wf.ReceiveAsync(1);
        });
        var failed = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync("Fail", []));
        Assert.Equal("No", Assert.IsType<ApplicationFailureException>(failed.InnerException).ErrorType);
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        Assert.Equal("x", await ResultAsync(handle));
    }

    [Fact]
    public async Task Handler_WithActivities_AnswersLater()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Updates["Work"] = WorkflowUpdateDefinition.CreateWithoutAttribute(
                "Work", async (string name) => await Workflow.ExecuteActivityAsync(() => Deeds.Greet(name), Deeds.Short));
            return await wf.ReceiveAsync(1);
        });
        Assert.Equal("Hello, Ada!", await handle.ExecuteUpdateAsync<string>("Work", ["Ada"]));
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        await ResultAsync(handle);
    }

    [Fact]
    public async Task Start_UntilAccepted_GivesAHandle()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Updates["Slow"] = WorkflowUpdateDefinition.CreateWithoutAttribute("Slow", async () =>
            {
                await Workflow.WaitConditionAsync(() => wf.Inbox.Count > 0);
                return "finally";
            });
            await Workflow.WaitConditionAsync(() => wf.Inbox.Count > 0 && Workflow.AllHandlersFinished);
            return "done";
        });
        var update = await handle.StartUpdateAsync<string>("Slow", [], new("my-update", WorkflowUpdateStage.Accepted));
        Assert.Equal(("my-update", handle.Id), (update.Id, update.WorkflowId));
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        Assert.Equal("finally", await update.GetResultAsync());
        Assert.Equal("finally", await handle.GetUpdateHandle<string>("my-update").GetResultAsync());
        await ResultAsync(handle);
    }

    [Fact]
    public async Task SameId_Twice_RunsOnce()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(2));
        Assert.Equal("changed to a", await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("a"), new() { Id = "one" }));
        Assert.Equal("changed to a", await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("other"), new() { Id = "one" }));
        await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("b"));
        Assert.Equal("a b", await ResultAsync(handle));
    }

    [Fact]
    public async Task Stage_Admitted_IsRefused()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        await Assert.ThrowsAsync<ArgumentException>(() => handle.StartUpdateAsync("Change", ["a"], new(WorkflowUpdateStage.Admitted)));
        await Assert.ThrowsAsync<ArgumentException>(() => handle.StartUpdateAsync("Change", ["a"], new()));
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Unknown_Update_IsRejectedNamingTheKnown()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        await EventAsync(handle, e => e.EventType == EventType.WorkflowTaskCompleted);
        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync("Unknown", []));
        Assert.Contains("Change", refused.InnerException!.Message, StringComparison.Ordinal);
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Arguments_ThatDoNotFit_AreRejected()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync("Change", [new { Not = "text" }]));
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Validator_ThatMakesCommands_FailsTheTask()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Updates["Acts"] = WorkflowUpdateDefinition.CreateWithoutAttribute(
                "Acts", () => Task.FromResult("x"), () => { _ = Workflow.DelayAsync(10); });
            wf.State = "waiting";
            return await wf.ReceiveAsync(1);
        });
        await StateAsync(handle, "waiting");
        var update = handle.ExecuteUpdateAsync<string>("Acts", []);
        await Task.WhenAny(update, EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null));
        await handle.TerminateAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => update);
    }

    [Fact]
    public async Task CurrentUpdateInfo_InTheHandler_IsSet()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Updates["Who"] = WorkflowUpdateDefinition.CreateWithoutAttribute(
                "Who", () => Task.FromResult($"{Workflow.CurrentUpdateInfo!.Id} {Workflow.CurrentUpdateInfo.Name}"));
            await wf.ReceiveAsync(1);
            return $"{Workflow.CurrentUpdateInfo is null}";
        });
        Assert.Equal("u1 Who", await handle.ExecuteUpdateAsync<string>("Who", [], new() { Id = "u1" }));
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        Assert.Equal("True", await ResultAsync(handle));
    }

    [Fact]
    public async Task DynamicUpdate_TakesWhatHasNoHandler()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.DynamicUpdate = WorkflowUpdateDefinition.CreateWithoutAttribute(
                null, (string name, IRawValue[] args) => Task.FromResult($"{name} {args.Length}"));
            return await wf.ReceiveAsync(1);
        });
        await EventAsync(handle, e => e.EventType == EventType.WorkflowTaskCompleted);
        Assert.Equal("Whatever 2", await handle.ExecuteUpdateAsync<string>("Whatever", [1, 2]));
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task UpdateBeforeTheFirstTask_RunsBeforeTheCode()
    {
        var handle = await StartAsync(wf => Task.FromResult($"{wf.Inbox.Count}"), o => o.StartDelay = TimeSpan.FromMilliseconds(400));
        Assert.Equal("changed to early", await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("early")));
        Assert.Equal("1", await ResultAsync(handle));
    }

    [Fact]
    public async Task ClosedMeanwhile_FailsTheUpdate()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Updates["Slow"] = WorkflowUpdateDefinition.CreateWithoutAttribute(
                "Slow", () => Workflow.DelayAsync(TimeSpan.FromHours(1)), unfinishedPolicy: HandlerUnfinishedPolicy.Abandon);
            await wf.ReceiveAsync(1);
            return "done";
        });
        var update = await handle.StartUpdateAsync("Slow", [], new(WorkflowUpdateStage.Accepted));
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        await ResultAsync(handle);
        var failed = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => update.GetResultAsync());
        Assert.Equal("AcceptedUpdateCompletedWorkflow", Assert.IsType<ApplicationFailureException>(failed.InnerException).ErrorType);
    }

    [Fact]
    public async Task UpdateWithStart_StartsAndUpdates()
    {
        var key = Script.Keep(wf => wf.ReceiveAsync(2));
        var options = Options();
        options.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
        var start = WithStartWorkflowOperation.Create((Script wf) => wf.RunAsync(key), options);
        Assert.Equal("changed to a", await Client.ExecuteUpdateWithStartWorkflowAsync((Script wf) => wf.ChangeAsync("a"), new(start)));
        Assert.Equal("changed to b", await Client.ExecuteUpdateWithStartWorkflowAsync(
            (Script wf) => wf.ChangeAsync("b"), new(WithStartWorkflowOperation.Create((Script wf) => wf.RunAsync(key), options))));
        Assert.Equal("a b", await (await start.GetHandleAsync()).GetResultAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client.ExecuteUpdateWithStartWorkflowAsync((Script wf) => wf.ChangeAsync("c"), new(start)));
    }

    [Fact]
    public async Task UpdateWithStart_WithoutConflictPolicy_IsRefused()
    {
        var key = Script.Keep(wf => wf.ReceiveAsync(1));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.ExecuteUpdateWithStartWorkflowAsync(
            (Script wf) => wf.ChangeAsync("a"), new(WithStartWorkflowOperation.Create((Script wf) => wf.RunAsync(key), Options()))));
    }

    [Fact]
    public async Task Fifty_AtOnce_AllAnswer()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(50));
        foreach (var chunk in Enumerable.Range(0, 50).Chunk(5))
        {
            await Task.WhenAll(chunk.Select(i => handle.ExecuteUpdateAsync(wf => wf.ChangeAsync($"{i}"))));
        }

        Assert.Equal(50, (await ResultAsync(handle)).Split(' ').Distinct().Count());
    }
}
