using System.Collections.Concurrent;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Worker;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workers;

/// <summary>Workers: registrations, limits, shutdown, the cache.</summary>
public sealed class WorkerTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public void Options_ThatCannotWork_AreAllNamedAtOnce()
    {
        var options = new TemporalWorkerOptions { MaxCachedWorkflows = -1 };
        var error = Assert.ThrowsAny<Exception>(() => new TemporalWorker(Client, options));
        Assert.Contains("TaskQueue", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Workflow_RegisteredTwice_IsRefused() => Assert.ThrowsAny<ArgumentException>(
        () => new TemporalWorker(Client, new TemporalWorkerOptions("q").AddWorkflow<Script>().AddWorkflow<Script>()));

    [Fact]
    public void Activity_RegisteredTwice_IsRefused() => Assert.ThrowsAny<ArgumentException>(
        () => new TemporalWorker(Client, new TemporalWorkerOptions("q").AddActivity(Deeds.Greet).AddActivity(Deeds.Greet)));

    [Fact]
    public async Task Execute_Cancelled_EndsWithCancellation()
    {
        using var worker = new TemporalWorker(Client, new TemporalWorkerOptions($"queue-{Guid.NewGuid():N}").AddWorkflow<Script>());
        using var stop = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.ExecuteAsync(stop.Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => worker.ExecuteAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Execute_DelegateThrows_PassesItOn()
    {
        using var worker = new TemporalWorker(Client, new TemporalWorkerOptions($"queue-{Guid.NewGuid():N}").AddWorkflow<Script>());
        Assert.Equal("mine", (await Assert.ThrowsAsync<FormatException>(() => worker.ExecuteAsync(() => throw new FormatException("mine")))).Message);
    }

    [Fact]
    public async Task MaxConcurrentActivities_IsKept()
    {
        var (now, most) = (0, 0);
        var deed = Deeds.Keep(async () =>
        {
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            await Task.Delay(30);
            Interlocked.Decrement(ref now);
            return "x";
        });
        await OnWorkerAsync(
            o => o.MaxConcurrentActivities = 2,
            async queue => await ExecuteAsync(queue, async _ => string.Concat(await Workflow.WhenAllAsync(
                Enumerable.Range(0, 8).Select(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short))))));
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task MaxConcurrentLocalActivities_IsKept()
    {
        var (now, most) = (0, 0);
        var deed = Deeds.Keep(async () =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Delay(20);
            Interlocked.Decrement(ref now);
            return "x";
        });
        await OnWorkerAsync(
            o => o.MaxConcurrentLocalActivities = 2,
            async queue => await ExecuteAsync(queue, async _ => string.Concat(await Workflow.WhenAllAsync(
                Enumerable.Range(0, 6).Select(_ => Workflow.ExecuteLocalActivityAsync(() => Deeds.DoAsync(deed), Deeds.ShortLocal))))));
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Tuner_OfOneSlot_StillDoesAll() => await OnWorkerAsync(
        o => o.Tuner = WorkerTuner.CreateFixedSize(2, 1, 1),
        async queue => Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ExecuteAsync(queue, _ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("x"), Deeds.Short)))),
            r => Assert.Equal("Hello, x!", r)));

    [Fact]
    public async Task Eager_Activities_OfThisWorker_NeedNoPoll() => await OnWorkerAsync(
        o => o.MaxConcurrentActivityTaskPolls = 1,
        async queue => Assert.Equal("Hello, x!", await ExecuteAsync(queue, _ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("x"), Deeds.Short))));

    [Fact]
    public async Task Shutdown_WhileAnActivityRuns_TellsItAndWaits()
    {
        var (begun, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        var deed = Deeds.Keep(async () =>
        {
            begun.TrySetResult();
            await Task.Delay(-1, ActivityExecutionContext.Current.WorkerShutdownToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            told.TrySetResult();
            return "finished in the grace period";
        });
        var queue = $"queue-{Guid.NewGuid():N}";
        var key = Script.Keep(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short));
        var handle = await Client.StartWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue));
        using (var worker = Worker(queue, o => o.GracefulShutdownTimeout = TimeSpan.FromSeconds(20)))
        {
            await worker.ExecuteAsync(() => begun.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        Assert.True(told.Task.IsCompleted);
        await EventAsync(handle, e => e.EventType == EventType.ActivityTaskCompleted);
        using var next = Worker(queue);
        Assert.Equal("finished in the grace period", await next.ExecuteAsync(() => handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(60))));
    }

    [Fact]
    public async Task Shutdown_ManyTimesUnderLoad_LosesNoTask()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var key = Script.Keep(async _ =>
        {
            await Workflow.ExecuteActivityAsync(() => Deeds.Greet("x"), Deeds.Short);
            await Workflow.DelayAsync(5);
            return await Workflow.ExecuteActivityAsync(() => Deeds.Greet("y"), Deeds.Short);
        });
        var results = Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            await Task.Delay(i * 10);
            return await Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue));
        }));
        var workers = 0;
        while (!results.IsCompleted)
        {
            using var worker = Worker(queue);
            await worker.ExecuteAsync(() => Task.WhenAny(results, Task.Delay(120)));
            workers++;
        }

        Assert.All(await results, r => Assert.Equal("Hello, y!", r));
        Assert.True(workers > 1, "only one worker was needed");
        await foreach (var workflow in Client.ListWorkflowsAsync($"TaskQueue = '{queue}'"))
        {
            var events = await EventsAsync(Client.GetWorkflowHandle(workflow.Id));
            Assert.DoesNotContain(events, e => e.EventType is EventType.WorkflowTaskTimedOut or EventType.WorkflowTaskFailed);
        }
    }

    [Fact]
    public async Task TaskEvents_OfTheOptions_FireAroundEveryActivation()
    {
        var seen = new ConcurrentQueue<string>();
        await OnWorkerAsync(
            o =>
            {
                o.WorkflowTaskStarting += (_, e) => seen.Enqueue($"starting {e.WorkflowInfo.WorkflowType}");
                o.WorkflowTaskCompleted += (_, e) => seen.Enqueue($"completed {e.WorkflowInfo.WorkflowType} {e.TaskFailureException is null}");
            },
            async queue => await ExecuteAsync(queue, _ => Task.FromResult("x")));
        Assert.Equal(["starting Script", "completed Script True"], seen);
    }

    [Fact]
    public async Task DynamicWorkflowAndActivity_TakeWhatHasNoName()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(Client, new TemporalWorkerOptions(queue).AddWorkflow<AnyWorkflow>().AddActivity(AnyWorkflow.AnyActivityAsync));
        var result = await worker.ExecuteAsync(async () => await (await Client.StartWorkflowAsync("Whatever", [1, 2], SdkServer.Options(queue))).GetResultAsync<string>());
        Assert.Equal("Whatever with 2, Something with 1", result);
    }

    [Fact]
    public async Task EvictedRuns_AreFreed()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var runs = new ConcurrentDictionary<string, WeakReference>();
        var key = Script.Keep(async wf =>
        {
            runs[Workflow.Info.WorkflowId] = new(wf);
            wf.Inbox.Add(new string('x', 10_000));
            wf.State = "cached";
            await Workflow.WhenAnyAsync(Workflow.DelayAsync(TimeSpan.FromHours(1)), Workflow.ExecuteActivityAsync<string>("Nowhere", [], new() { TaskQueue = "nobody", StartToCloseTimeout = TimeSpan.FromHours(1) }));
            return "never";
        });
        using var worker = Worker(queue, o => o.MaxCachedWorkflows = 10);
        await worker.ExecuteAsync(async () =>
        {
            var handles = new List<WorkflowHandle>();
            for (var i = 0; i < 100; i++)
            {
                handles.Add(await Client.StartWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue)));
            }

            await Task.WhenAll(handles.Select(h => EventAsync(h, e => e.EventType == EventType.WorkflowTaskCompleted)));
            await UntilAsync(() =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Task.FromResult(runs.Count == 100 && runs.Values.Count(r => r.IsAlive) <= 10);
            });
            await Task.WhenAll(handles.Select(h => h.TerminateAsync()));
        });
    }

    [Fact]
    public async Task ClosedRuns_LeaveTheCache()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var runs = new ConcurrentBag<WeakReference>();
        var key = Script.Keep(async wf =>
        {
            runs.Add(new(wf));
            await Workflow.DelayAsync(1);
            return "x";
        });
        using var worker = Worker(queue);
        await worker.ExecuteAsync(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                await Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue));
            }

            await UntilAsync(() =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Task.FromResult(runs.Count(r => r.IsAlive) <= 1);
            });
        });
    }

    [Fact]
    public async Task Client_ExchangedWhileItRuns_IsUsed()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var other = await TemporalClient.ConnectAsync(new(Client.Connection.Options.TargetHost!));
        using var worker = Worker(queue);
        await worker.ExecuteAsync(async () =>
        {
            Assert.Equal("x", await ExecuteAsync(queue, _ => Task.FromResult("x")));
            worker.Client = other;
            Assert.Equal("y", await ExecuteAsync(queue, _ => Task.FromResult("y")));
        });
        Assert.Throws<InvalidOperationException>(() => worker.Client = TemporalClient.CreateLazy(new(Client.Connection.Options.TargetHost!)));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value;)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private TemporalWorker Worker(string queue, Action<TemporalWorkerOptions>? configure = null)
    {
        var options = new TemporalWorkerOptions(queue).AddWorkflow<Script>().AddAllActivities(typeof(Deeds), null);
        configure?.Invoke(options);
        return new(Client, options);
    }

    private async Task OnWorkerAsync(Action<TemporalWorkerOptions> configure, Func<string, Task> body)
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = Worker(queue, configure);
        await worker.ExecuteAsync(() => body(queue).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private Task<string> ExecuteAsync(string queue, Func<Script, Task<string>> body)
    {
        var key = Script.Keep(body);
        return Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue));
    }

    [Workflow(Dynamic = true)]
    public sealed class AnyWorkflow
    {
        [WorkflowRun]
        public async Task<string> RunAsync(Temporalio.Converters.IRawValue[] args) =>
            $"{Workflow.Info.WorkflowType} with {args.Length}, {await Workflow.ExecuteActivityAsync<string>("Something", ["x"], Deeds.Short)}";

        [Activity(Dynamic = true)]
        public static Task<string> AnyActivityAsync(Temporalio.Converters.IRawValue[] args) =>
            Task.FromResult($"{ActivityExecutionContext.Current.Info.ActivityType} with {args.Length}");
    }
}
