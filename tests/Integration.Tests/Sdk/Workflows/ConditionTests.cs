using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Wait conditions of workflows, and the synchronisation built on them.</summary>
public sealed class ConditionTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task WaitCondition_TrueAtOnce_GoesOn()
    {
        var handle = await StartAsync(async _ =>
        {
            await Workflow.WaitConditionAsync(() => true);
            return $"{await Workflow.WaitConditionAsync(() => true, TimeSpan.FromHours(1))}";
        });
        Assert.Equal("True", await ResultAsync(handle));
        Assert.Equal(1, await CountAsync(handle, EventType.WorkflowTaskCompleted));
    }

    [Fact]
    public async Task WaitCondition_Timeout_GivesFalse() =>
        Assert.Equal("False", await RunAsync(async _ => $"{await Workflow.WaitConditionAsync(() => false, 20)}"));

    [Fact]
    public async Task WaitCondition_TrueBeforeTimeout_CancelsTheTimer()
    {
        var handle = await StartAsync(async wf => $"{await Workflow.WaitConditionAsync(() => wf.Inbox.Count > 0, TimeSpan.FromHours(1))}");
        await EventAsync(handle, e => e.EventType == EventType.TimerStarted);
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        Assert.Equal("True", await ResultAsync(handle));

        // The run ended in the task that freed the timer, so the server need not hear of it: what counts is that it did not fire.
        Assert.Equal(0, await CountAsync(handle, EventType.TimerFired));
    }

    [Fact]
    public async Task WaitCondition_TimeoutSummary_IsOnTheTimer()
    {
        var handle = await StartAsync(async _ => $"{await Workflow.WaitConditionWithOptionsAsync(new(() => false, TimeSpan.FromMilliseconds(5), "patience"))}");
        Assert.Equal("False", await ResultAsync(handle));
        Assert.NotNull((await EventsAsync(handle)).Single(e => e.TimerStartedEventAttributes is not null).UserMetadata?.Summary);
    }

    [Fact]
    public async Task WaitCondition_TokenCancelled_Throws() => Assert.Contains("Canceled", await RunAsync(async _ =>
    {
        using var source = new CancellationTokenSource();
        var wait = Workflow.WaitConditionAsync(() => false, source.Token);
        await Workflow.DelayAsync(1);
        source.Cancel();
        return await CaughtAsync(() => wait);
    }), StringComparison.Ordinal);

    [Fact]
    public async Task WaitCondition_WorkflowCancelled_EndsItCanceled()
    {
        var handle = await StartAsync(async _ =>
        {
            await Workflow.WaitConditionAsync(() => false);
            return "never";
        });
        await handle.CancelAsync();
        Assert.IsType<CanceledFailureException>((await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle))).InnerException);
    }

    [Fact]
    public async Task WaitCondition_NoneToken_OutlivesTheCancellation()
    {
        var handle = await StartAsync(async wf =>
        {
            await Workflow.WaitConditionAsync(() => wf.Inbox.Count > 0, CancellationToken.None);
            return $"{Workflow.CancellationToken.IsCancellationRequested}";
        });
        await handle.CancelAsync();
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        Assert.Equal("True", await ResultAsync(handle));
    }

    [Fact]
    public async Task WaitConditions_OneAfterTheOther_SeeWhatTheFirstChanged() => Assert.Equal("first second", await RunAsync(async _ =>
    {
        var (turn, log) = (1, new List<string>());
        var second = WaitAsync(2, "second");
        var first = WaitAsync(1, "first");
        await Workflow.WhenAllAsync(first, second);
        return string.Join(' ', log);

        async Task WaitAsync(int mine, string name)
        {
            await Workflow.WaitConditionAsync(() => turn == mine);
            log.Add(name);
            turn++;
        }
    }));

    [Fact]
    public async Task WaitCondition_Throwing_FailsTheTask() => Assert.Contains("broken condition", (await TaskFailsAsync(async _ =>
    {
        await Workflow.WaitConditionAsync(() => throw new InvalidOperationException("broken condition"));
        return "never";
    })).Failure.Message, StringComparison.Ordinal);

    [Fact]
    public async Task Mutex_TwoHolders_TakeTurns() => Assert.Equal("a+ a- b+ b-", await RunAsync(async _ =>
    {
        var (mutex, log) = (new Temporalio.Workflows.Mutex(), new List<string>());
        await Workflow.WhenAllAsync(HoldAsync("a"), HoldAsync("b"));
        return string.Join(' ', log);

        async Task HoldAsync(string name)
        {
            await mutex.WaitOneAsync();
            log.Add($"{name}+");
            await Workflow.DelayAsync(5);
            log.Add($"{name}-");
            mutex.ReleaseMutex();
        }
    }));

    [Fact]
    public async Task Semaphore_OfTwo_LetsTwoIn() => Assert.Equal("2", await RunAsync(async _ =>
    {
        var (semaphore, inside, most) = (new Temporalio.Workflows.Semaphore(2), 0, 0);
        await Workflow.WhenAllAsync(Enumerable.Range(0, 5).Select(async _ =>
        {
            await semaphore.WaitAsync();
            most = Math.Max(most, ++inside);
            await Workflow.DelayAsync(2);
            inside--;
            semaphore.Release();
        }));
        return $"{most}";
    }));

    [Fact]
    public async Task Semaphore_WaitWithTimeout_GivesFalse() => Assert.Equal("False", await RunAsync(async _ =>
    {
        var semaphore = new Temporalio.Workflows.Semaphore(1);
        await semaphore.WaitAsync();
        return $"{await semaphore.WaitAsync(10)}";
    }));

    [Fact]
    public async Task RunTask_InsteadOfTaskRun_Works() =>
        Assert.Equal("7", await RunAsync(async _ => $"{await Workflow.RunTaskAsync(() => Task.FromResult(7))}"));

    [Fact]
    public async Task Outside_OfAWorkflow_ThrowsThatItIsNot()
    {
        Assert.False(Workflow.InWorkflow);
        Assert.Contains("workflow", (await Assert.ThrowsAsync<InvalidOperationException>(() => Workflow.DelayAsync(1))).Message, StringComparison.OrdinalIgnoreCase);
    }
}
