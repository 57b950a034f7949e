using Temporalio.Api.Enums.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Handlers;

/// <summary>Signals.</summary>
public sealed class SignalTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Signals_Several_KeepTheirOrder()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(5));
        for (var i = 1; i <= 5; i++)
        {
            var value = $"{i}";
            await handle.SignalAsync(wf => wf.PutAsync(value));
        }

        Assert.Equal("1 2 3 4 5", await ResultAsync(handle));
    }

    [Fact]
    public async Task Signal_ByName_Arrives()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        await handle.SignalAsync("Put", ["named"]);
        Assert.Equal("named", await ResultAsync(handle));
    }

    [Fact]
    public async Task Signal_BeforeTheFirstTask_RunsBeforeTheCode()
    {
        var handle = await StartAsync(wf => Task.FromResult($"{wf.Inbox.Count}"), o => o.StartDelay = TimeSpan.FromMilliseconds(300));
        await handle.SignalAsync(wf => wf.PutAsync("early"));
        Assert.Equal("1", await ResultAsync(handle));
    }

    [Fact]
    public async Task SignalWithStart_StartsAndSignals()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1), o => o.SignalWithStart((Script wf) => wf.PutAsync("first")));
        Assert.Equal("first", await ResultAsync(handle));
        Assert.Equal(EventType.WorkflowExecutionSignaled, (await EventsAsync(handle))[1].EventType);
    }

    [Fact]
    public async Task Signal_WithoutHandler_WaitsUntilThereIsOne()
    {
        var handle = await StartAsync(async wf =>
        {
            await wf.ReceiveAsync(1);
            var seen = new List<string>();
            Workflow.Signals["Late"] = WorkflowSignalDefinition.CreateWithoutAttribute("Late", (string value) =>
            {
                seen.Add(value);
                return Task.CompletedTask;
            });
            await Workflow.WaitConditionAsync(() => seen.Count == 2);
            return string.Join(' ', seen);
        });
        await handle.SignalAsync("Late", ["a"]);
        await handle.SignalAsync("Late", ["b"]);
        await handle.SignalAsync(wf => wf.PutAsync("go"));
        Assert.Equal("a b", await ResultAsync(handle));
    }

    [Fact]
    public async Task DynamicSignal_TakesWhatHasNoHandler()
    {
        var handle = await StartAsync(async _ =>
        {
            var seen = "";
            Workflow.DynamicSignal = WorkflowSignalDefinition.CreateWithoutAttribute(null, (string name, IRawValue[] args) =>
            {
                seen = $"{name} {Workflow.PayloadConverter.ToValue<int>(args[0])}";
                return Task.CompletedTask;
            });
            await Workflow.WaitConditionAsync(() => seen.Length > 0);
            return seen;
        });
        await handle.SignalAsync("Anything", [42]);
        Assert.Equal("Anything 42", await ResultAsync(handle));
    }

    [Fact]
    public async Task Signal_ArgumentsThatDoNotFit_AreDroppedWithAnErrorInTheLog()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        await handle.SignalAsync("Put", [new { Not = "text" }]);
        await handle.SignalAsync(wf => wf.PutAsync("good"));
        Assert.Equal("good", await ResultAsync(handle));
        Assert.Contains(Host.Log, l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("Put", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handler_Failing_FailsTheWorkflow()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Signals["Fail"] = WorkflowSignalDefinition.CreateWithoutAttribute("Fail", () => Task.FromException(new ApplicationFailureException("handler says no")));
            return await wf.ReceiveAsync(1);
        });
        await handle.SignalAsync("Fail", []);
        Assert.Equal("handler says no", (await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle))).InnerException!.Message);
    }

    [Fact]
    public async Task Handler_WithAnActivity_RunsBesideTheCode()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Signals["Work"] = WorkflowSignalDefinition.CreateWithoutAttribute(
                "Work", async (string name) => wf.Inbox.Add(await Workflow.ExecuteActivityAsync(() => Deeds.Greet(name), Deeds.Short)));
            return await wf.ReceiveAsync(2);
        });
        await handle.SignalAsync("Work", ["a"]);
        await handle.SignalAsync("Work", ["b"]);
        Assert.Contains("Hello, a!", await ResultAsync(handle), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_Unfinished_IsWarnedOf()
    {
        var name = $"Slow{Guid.NewGuid():N}";
        var handle = await StartAsync(async wf =>
        {
            Workflow.Signals[name] = WorkflowSignalDefinition.CreateWithoutAttribute(name, () => Workflow.DelayAsync(TimeSpan.FromHours(1)));
            return await wf.ReceiveAsync(1);
        });
        await handle.SignalAsync(name, []);
        await handle.SignalAsync(wf => wf.PutAsync("end"));
        await ResultAsync(handle);
        Assert.Contains(Host.Log, l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AllHandlersFinished_IsWaitedFor()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.Signals["Slow"] = WorkflowSignalDefinition.CreateWithoutAttribute("Slow", async () =>
            {
                await Workflow.DelayAsync(30);
                wf.Inbox.Add("slow done");
            });
            await wf.ReceiveAsync(1);
            await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished);
            return string.Join(' ', wf.Inbox);
        });
        await handle.SignalAsync("Slow", []);
        await handle.SignalAsync(wf => wf.PutAsync("end"));
        Assert.Equal("end slow done", await ResultAsync(handle));
    }

    [Fact]
    public async Task Signal_ToAClosedWorkflow_IsNotFound()
    {
        var handle = await StartAsync(_ => Task.FromResult("done"));
        await ResultAsync(handle);
        Assert.Equal(RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => handle.SignalAsync(wf => wf.PutAsync("late")))).Code);
    }

    [Fact]
    public async Task Signals_WhileTheTaskRuns_AreNotLost()
    {
        var handle = await StartAsync(async wf =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Workflow.DelayAsync(1);
            }

            return await wf.ReceiveAsync(30);
        });
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => handle.SignalAsync(wf => wf.PutAsync($"{i}"))));
        Assert.Equal(30, (await ResultAsync(handle)).Split(' ').Length);
    }
}
