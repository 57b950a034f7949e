using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>Activities of the managed SDK on the embedded server: retries, heartbeats, cancellation, failures, completion from elsewhere.</summary>
public sealed class SdkActivityTests(SdkServer server) : IClassFixture<SdkServer>
{
    [Fact]
    public Task Retry_FailedAttempts_HandHeartbeatDetailsOn() => server.WithWorkerAsync(
        o => o.AddWorkflow<Caller>().AddAllActivities(new Work()),
        async queue => Assert.Equal("attempt 3 after 2", await RunAsync(queue, nameof(Work.Resume))));

    [Fact]
    public Task Failure_NonRetryable_ReachesTheClientWithItsWholeChain() => server.WithWorkerAsync(
        o => o.AddWorkflow<Caller>().AddAllActivities(new Work()),
        async queue =>
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => RunAsync(queue, nameof(Work.Refuse)));

            var activity = Assert.IsType<ActivityFailureException>(failed.InnerException);
            Assert.Equal((nameof(Work.Refuse), RetryState.NonRetryableFailure), (activity.ActivityType, activity.RetryState));
            var application = Assert.IsType<ApplicationFailureException>(activity.InnerException);
            Assert.Equal(("Refused", true, "why", 7), (application.ErrorType, application.NonRetryable, application.Details.ElementAt<string>(0), application.Details.ElementAt<int>(1)));
            Assert.Contains(nameof(Work.Refuse), application.StackTrace, StringComparison.Ordinal);
            Assert.Equal("FormatException", Assert.IsType<ApplicationFailureException>(application.InnerException).ErrorType);
        });

    [Fact]
    public Task UnknownActivity_FailsRetryably_UntilAttemptsRunOut() => server.WithWorkerAsync(
        o => o.AddWorkflow<Caller>().AddAllActivities(new Work()),
        async queue =>
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => RunAsync(queue, "Nowhere"));

            var activity = Assert.IsType<ActivityFailureException>(failed.InnerException);
            Assert.Equal(RetryState.MaximumAttemptsReached, activity.RetryState);
            Assert.Equal("NotFoundError", Assert.IsType<ApplicationFailureException>(activity.InnerException).ErrorType);
        });

    [Fact]
    public Task HeartbeatTimeout_SilentActivity_IsTimedOutByTheServer() => server.WithWorkerAsync(
        o => o.AddWorkflow<Caller>().AddAllActivities(new Work()),
        async queue =>
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => RunAsync(queue, nameof(Work.Silent), attempts: 1));

            var timeout = Assert.IsType<TimeoutFailureException>(failed.InnerException!.InnerException);
            Assert.Equal(TimeoutType.Heartbeat, timeout.TimeoutType);
            Assert.Equal("last word", timeout.LastHeartbeatDetails.ElementAt<string>(0));
        });

    [Fact]
    public Task CompletedElsewhere_ByTokenAndById_EndsTheWorkflow()
    {
        var work = new Work();
        return server.WithWorkerAsync(
            o => o.AddWorkflow<Caller>().AddAllActivities(work),
            async queue =>
            {
                var byToken = RunAsync(queue, nameof(Work.Later));
                var info = await work.Started.Task.WaitAsync(TimeSpan.FromSeconds(20));
                var handle = server.Client.GetAsyncActivityHandle(info.TaskToken);
                await handle.HeartbeatAsync(new() { Details = ["busy"] });
                await handle.CompleteAsync("from outside");
                Assert.Equal("from outside", await byToken);

                work.Started = new();
                var byId = RunAsync(queue, nameof(Work.Later));
                info = await work.Started.Task.WaitAsync(TimeSpan.FromSeconds(20));
                await server.Client.GetAsyncActivityHandle(info.WorkflowId!, info.WorkflowRunId!, info.ActivityId)
                    .FailAsync(new ApplicationFailureException("no", nonRetryable: true));
                var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => byId);
                Assert.Equal("no", failed.InnerException!.InnerException!.Message);
            });
    }

    [Fact]
    public async Task Shutdown_RunningActivity_FailsRetryablyAndRunsOnTheNextWorker()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var work = new Work();
        var result = RunAsync(queue, nameof(Work.UntilStopped));
        using (var first = new TemporalWorker(server.Client, new TemporalWorkerOptions(queue).AddWorkflow<Caller>().AddAllActivities(work)))
        {
            await first.ExecuteAsync(() => work.Started.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        }

        using var second = new TemporalWorker(server.Client, new TemporalWorkerOptions(queue).AddWorkflow<Caller>().AddAllActivities(work));
        Assert.Equal("ended at attempt 2", await second.ExecuteAsync(() => result.WaitAsync(TimeSpan.FromSeconds(40))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.ExecuteAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Worker_NamespaceUnknown_DoesNotStart()
    {
        var client = new TemporalClient(server.Client.Connection, new() { Namespace = "nowhere" });
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions("q").AddWorkflow<Caller>());

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => worker.ExecuteAsync(CancellationToken.None));

        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    private Task<string> RunAsync(string queue, string activity, int attempts = 3) =>
        server.Client.ExecuteWorkflowAsync((Caller wf) => wf.RunAsync(activity, attempts), SdkServer.Options(queue));

    [Workflow]
    public sealed class Caller
    {
        [WorkflowRun]
        public Task<string> RunAsync(string activity, int attempts) => Workflow.ExecuteActivityAsync<string>(activity, [], new()
        {
            StartToCloseTimeout = TimeSpan.FromSeconds(30),
            HeartbeatTimeout = activity == nameof(Work.Silent) ? TimeSpan.FromSeconds(1) : null,
            RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(10), MaximumAttempts = attempts },
        });
    }

    public sealed class Work
    {
        public TaskCompletionSource<ActivityInfo> Started { get; set; } = new();

        [Activity]
        public static async Task<string> Resume()
        {
            var context = ActivityExecutionContext.Current;
            var seen = context.Info.HeartbeatDetails.Count > 0 ? await context.Info.HeartbeatDetailAtAsync<int>(0) : 0;
            if (context.Info.Attempt == 3)
            {
                return $"attempt 3 after {seen}";
            }

            context.Heartbeat(-1);
            context.Heartbeat(context.Info.Attempt);
            throw new InvalidOperationException("again");
        }

        [Activity]
        public static string Refuse() => throw new ApplicationFailureException(
            "refused", new FormatException("inner"), errorType: "Refused", nonRetryable: true, details: ["why", 7]);

        [Activity]
        public static async Task<string> Silent()
        {
            ActivityExecutionContext.Current.Heartbeat("last word");
            await Task.Delay(-1, ActivityExecutionContext.Current.WorkerShutdownToken);
            return "never";
        }

        [Activity]
        public string Later()
        {
            Started.SetResult(ActivityExecutionContext.Current.Info);
            throw new CompleteAsyncException();
        }

        [Activity]
        public async Task<string> UntilStopped()
        {
            var context = ActivityExecutionContext.Current;
            if (context.Info.Attempt > 1)
            {
                return $"ended at attempt {context.Info.Attempt}";
            }

            Started.SetResult(context.Info);
            await Task.Delay(-1, context.CancellationToken);
            return "never";
        }
    }
}
