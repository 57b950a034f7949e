using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Durability;

public sealed class RestartTests
{
    [Fact]
    public async Task Restart_WithEverythingPending_GoesOnWhereItStopped()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        string staleToken;
        await using (var before = await OpenAsync(file))
        {
            await before.StartAsync("waits-for-worker");
            await before.StartAsync("has-activity", "act");
            var task = await before.PollWorkflowAsync("act");
            await before.CompleteAsync(task, [Commands.Activity("1", "act"), Commands.Timer("t", TimeSpan.FromMilliseconds(400))]);
            await before.StartAsync("task-out", "out");
            var open = await before.PollWorkflowAsync("out");
            staleToken = open.TaskToken.ToBase64();
            await before.SignalAsync("task-out", "buffered");
        }

        await using var after = await OpenAsync(file);

        var waiting = await after.PollWorkflowAsync();
        Assert.Equal("waits-for-worker", waiting.WorkflowExecution.WorkflowId);
        await after.CompleteAsync(waiting, [Commands.Complete()]);

        var activity = await after.PollActivityAsync("act");
        await after.CompleteActivityAsync(activity, "late");
        var second = await after.PollWorkflowAsync("act");
        await after.CompleteAsync(second, [], r => r.ForceCreateNewWorkflowTask = false);
        var types = await WaitForAsync(after, "has-activity", EventType.TimerFired);
        Assert.Contains(EventType.ActivityTaskCompleted, types);

        // A task that was out when the server went is still the worker's: its token holds, and the kept signal follows it.
        var completed = await after.CallAsync<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>(
            new() { Namespace = "default", TaskToken = Google.Protobuf.ByteString.FromBase64(staleToken), Identity = "worker" });
        Assert.Null(completed.WorkflowTask);
        Assert.Equal(
            [
                EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted,
                EventType.WorkflowExecutionSignaled, EventType.WorkflowTaskScheduled,
            ],
            (await after.HistoryAsync("task-out")).Select(e => e.EventType));
    }

    [Fact]
    public async Task Restart_WithAnActivityInItsThirdAttempt_KeepsAttemptAndHeartbeat()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        await using (var before = await OpenAsync(file))
        {
            await before.StartAsync("retries");
            var task = await before.PollWorkflowAsync();
            await before.CompleteAsync(task, [Commands.Activity("1", retry: new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(50)) })]);
            for (var attempt = 1; attempt <= 2; attempt++)
            {
                var activity = await before.PollActivityAsync();
                Assert.Equal(attempt, activity.Attempt);
                await before.CallAsync<RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse>(new()
                {
                    Namespace = "default",
                    TaskToken = activity.TaskToken,
                    Failure = new() { Message = "no", ApplicationFailureInfo = new() { Type = "T" } },
                    LastHeartbeatDetails = Commands.Json($"beat {attempt}"),
                });
            }
        }

        await using var after = await OpenAsync(file);
        var third = await after.PollActivityAsync();

        Assert.Equal(3, third.Attempt);
        Assert.Equal("\"beat 2\"", third.HeartbeatDetails.Payloads_[0].Data.ToStringUtf8());
    }

    [Fact]
    public async Task Restart_AfterTheRunClosed_StillTellsItsResultAndRefusesTheId()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        await using (var before = await OpenAsync(file))
        {
            await before.StartAsync("done");
            await before.CompleteAsync(await before.PollWorkflowAsync(), [Commands.Complete("42")]);
        }

        await using var after = await OpenAsync(file);

        var close = await after.ResultAsync("done");
        Assert.Equal("\"42\"", close.WorkflowExecutionCompletedEventAttributes.Result.Payloads_[0].Data.ToStringUtf8());
        var refused = await Assert.ThrowsAsync<GrpcException>(() => after.StartAsync("done", configure: r => r.WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate));
        Assert.Equal(GrpcStatusCode.AlreadyExists, refused.Code);
        var list = await after.CallAsync<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(
            new() { Namespace = "default", Query = "WorkflowType = 'Wf' AND ExecutionStatus = 'Completed' AND WorkflowId STARTS_WITH 'do'" });
        Assert.Equal("done", Assert.Single(list.Executions).Execution.WorkflowId);
    }

    [Fact]
    public async Task Open_OfAFileInUse_SaysSo()
    {
        using var dir = new TempDir();
        await using var first = await OpenAsync(dir.At("temporal.db"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync(dir.At("temporal.db")));

        Assert.Contains("in use by another server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsUsing_OfAFile_IsWhetherItsServerLives()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        Assert.False(TemporalDevServer.IsUsing(file));

        await using (await OpenAsync(file))
        {
            Assert.True(TemporalDevServer.IsUsing(file));
        }

        Assert.False(TemporalDevServer.IsUsing(file));
        await using var again = await OpenAsync(file);
        Assert.True(TemporalDevServer.IsUsing(file));
    }

    [Fact]
    public async Task Open_OfAFileThatIsNoDatabase_SaysSoAndLeavesIt()
    {
        using var dir = new TempDir();
        var file = dir.At("notes.txt");
        await File.WriteAllTextAsync(file, new string('x', 5000), CancellationToken.None);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync(file));

        Assert.Contains("cannot be used", error.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(file, CancellationToken.None));
    }

    [Fact]
    public async Task Kill_InTheMiddleOfManyRuns_LosesNothingThatWasAcknowledged()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        const int Runs = 40;
        var acknowledged = new List<string>();
        using (var first = await ServerProcess.StartAsync(file))
        {
            await using var client = TestServer.Connect(first.Address);
            var work = Task.Run(() => WorkAsync(client, CancellationToken.None), CancellationToken.None);
            for (var i = 0; i < Runs; i++)
            {
                await client.StartAsync($"run-{i}");
                acknowledged.Add($"run-{i}");
                await client.SignalAsync($"run-{i}", $"sig-{i}");
            }

            await first.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => work);
        }

        using var second = await ServerProcess.StartAsync(file);
        await using var again = TestServer.Connect(second.Address);
        using var stop = new CancellationTokenSource();
        var rest = Task.Run(() => WorkAsync(again, stop.Token), CancellationToken.None);
        foreach (var id in acknowledged)
        {
            var close = await again.ResultAsync(id).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
            Assert.Equal(EventType.WorkflowExecutionCompleted, close.EventType);
            var history = await again.HistoryAsync(id);
            Assert.Equal(Enumerable.Range(1, history.Count).Select(n => (long)n), history.Select(e => e.EventId));
            Assert.Single(history, e => e.EventType == EventType.WorkflowExecutionSignaled);
            Assert.Single(history, e => e.EventType == EventType.ActivityTaskCompleted);
        }

        await stop.CancelAsync();
        await rest;
    }

    private static Task<TestServer> OpenAsync(string file) => TestServer.StartAsync(o => o.DatabaseFile = file);

    /// <summary>A worker: each run waits for its signal, has one activity, and ends.</summary>
    private static async Task WorkAsync(TestServer server, CancellationToken stop)
    {
        var activities = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var task = await server.PollActivityAsync(timeout: TimeSpan.FromSeconds(3));
                if (!task.TaskToken.IsEmpty)
                {
                    await server.CompleteActivityAsync(task, "ok");
                }
            }
        }, CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            var task = await server.PollWorkflowAsync(timeout: TimeSpan.FromSeconds(3));
            if (task.TaskToken.IsEmpty)
            {
                continue;
            }

            var events = task.History.Events.Select(e => e.EventType).ToList();
            var signaled = events.Contains(EventType.WorkflowExecutionSignaled);
            var scheduled = events.Contains(EventType.ActivityTaskScheduled);
            var done = events.Contains(EventType.ActivityTaskCompleted);
            try
            {
                await server.CompleteAsync(task, done ? [Commands.Complete()] : signaled && !scheduled ? [Commands.Activity("1")] : []);
            }
            catch (GrpcException e) when (e.Code is GrpcStatusCode.InvalidArgument or GrpcStatusCode.NotFound)
            {
                Assert.NotEmpty(e.Message); // something arrived meanwhile: the task comes again
            }
        }

        await activities;
    }

    private static async Task<List<EventType>> WaitForAsync(TestServer server, string workflowId, EventType type)
    {
        for (var i = 0; i < 200; i++)
        {
            var types = (await server.HistoryAsync(workflowId)).ConvertAll(e => e.EventType);
            if (types.Contains(type))
            {
                return types;
            }

            await Task.Delay(50, CancellationToken.None);
        }

        throw new TimeoutException($"'{workflowId}' has no {type} after 10 s.");
    }
}
