using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>Workflows of the managed SDK on the embedded server.</summary>
public sealed class SdkWorkflowTests(SdkServer server) : IClassFixture<SdkServer>
{
    private static readonly ActivityOptions Short = new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(1000)]
    [InlineData(0)]
    public Task Run_ActivityTimerSignalQuery_Completes(int cache) => server.WithWorkerAsync(
        o =>
        {
            o.MaxCachedWorkflows = cache;
            o.AddWorkflow<Mixed>().AddActivity(SdkActivities.Greet).AddActivity(SdkActivities.AddAsync);
        },
        async queue =>
        {
            var handle = await server.Client.StartWorkflowAsync((Mixed wf) => wf.RunAsync("Ada"), SdkServer.Options(queue));
            await handle.SignalAsync(wf => wf.PutAsync("one"));
            Assert.Contains(await handle.QueryAsync(wf => wf.Phase), (string[])["new", "waiting", "greeted"]);
            await handle.SignalAsync(wf => wf.PutAsync("two"));
            Assert.Equal("Hello, Ada! 3 one,two", await handle.GetResultAsync());
            Assert.Equal("done", await handle.QueryAsync(wf => wf.Phase));
            await new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Mixed>()).ReplayWorkflowAsync(await handle.FetchHistoryAsync());
        });

    [Fact]
    public Task Update_ValidatorAndHandler_AnswerAndReject() => server.WithWorkerAsync(
        o => o.AddWorkflow<Counter>().AddActivity(SdkActivities.AddAsync),
        async queue =>
        {
            var handle = await server.Client.StartWorkflowAsync((Counter wf) => wf.RunAsync(), SdkServer.Options(queue));
            Assert.Equal(5, await handle.ExecuteUpdateAsync(wf => wf.AddAsync(5)));
            var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync(wf => wf.AddAsync(-1)));
            Assert.Equal("negative", refused.InnerException!.Message);
            Assert.Equal(12, await handle.ExecuteUpdateAsync(wf => wf.AddAsync(7)));
            Assert.Equal(12, await handle.GetResultAsync());
        });

    [Fact]
    public Task Child_AndContinueAsNew_Complete() => server.WithWorkerAsync(
        o => o.AddWorkflow<Parent>().AddWorkflow<Loop>(),
        async queue => Assert.Equal(
            "child: 3", await server.Client.ExecuteWorkflowAsync((Parent wf) => wf.RunAsync(), SdkServer.Options(queue))));

    [Fact]
    public Task Cancel_WorkflowWaitingForActivity_EndsCanceled() => server.WithWorkerAsync(
        o => o.AddWorkflow<Cancellable>().AddActivity(SdkActivities.UntilCancelledAsync),
        async queue =>
        {
            var handle = await server.Client.StartWorkflowAsync((Cancellable wf) => wf.RunAsync(), SdkServer.Options(queue));
            await Until(async () => await handle.QueryAsync(wf => wf.Started));
            await handle.CancelAsync();
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            Assert.IsType<CanceledFailureException>(failed.InnerException);
        });

    [Fact]
    public Task LocalActivity_LongerThanTheTask_IsKeptAlive() => server.WithWorkerAsync(
        o => o.AddWorkflow<Local>().AddActivity(SdkActivities.SleepAsync).AddActivity(SdkActivities.FailUntil),
        async queue =>
        {
            var options = SdkServer.Options(queue);
            options.TaskTimeout = TimeSpan.FromSeconds(1);
            var handle = await server.Client.StartWorkflowAsync((Local wf) => wf.RunAsync(), options);
            Assert.Equal("slept 2000 ok at attempt 3", await handle.GetResultAsync());
            await new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Local>()).ReplayWorkflowAsync(await handle.FetchHistoryAsync());
        });

    [Fact]
    public Task Cache_OfOneRun_EvictsAndReplays() => server.WithWorkerAsync(
        o =>
        {
            o.MaxCachedWorkflows = 1;
            o.AddWorkflow<Counter>();
        },
        async queue =>
        {
            var first = await server.Client.StartWorkflowAsync((Counter wf) => wf.RunAsync(), SdkServer.Options(queue));
            var second = await server.Client.StartWorkflowAsync((Counter wf) => wf.RunAsync(), SdkServer.Options(queue));
            for (var i = 1; i <= 4; i++)
            {
                Assert.Equal(i, await first.ExecuteUpdateAsync(wf => wf.AddAsync(1)));
                Assert.Equal(i, await second.ExecuteUpdateAsync(wf => wf.AddAsync(1)));
            }

            await first.ExecuteUpdateAsync(wf => wf.AddAsync(10));
            await second.ExecuteUpdateAsync(wf => wf.AddAsync(10));
            Assert.Equal((14, 14), (await first.GetResultAsync(), await second.GetResultAsync()));
        });

    [Fact]
    public Task ForeignScheduler_TaskRun_FailsTheTaskClearly() => server.WithWorkerAsync(
        o => o.AddWorkflow<Foreign>(),
        async queue =>
        {
            var handle = await server.Client.StartWorkflowAsync((Foreign wf) => wf.RunAsync(), SdkServer.Options(queue));
            await Until(async () => (await handle.FetchHistoryAsync()).Events.Any(e => e.WorkflowTaskFailedEventAttributes is not null));
            var failed = (await handle.FetchHistoryAsync()).Events.First(e => e.WorkflowTaskFailedEventAttributes is not null);
            Assert.Contains("left its scheduler", failed.WorkflowTaskFailedEventAttributes.Failure.Message, StringComparison.Ordinal);
            await handle.TerminateAsync();
        });

    [Fact]
    public Task BusyLoop_OfFourSeconds_FailsTheTaskWithADeadlock() => server.WithWorkerAsync(
        o =>
        {
            o.DebugMode = false;
            o.AddWorkflow<Busy>();
        },
        async queue =>
        {
            var handle = await server.Client.StartWorkflowAsync((Busy wf) => wf.RunAsync(), SdkServer.Options(queue));
            await Until(async () => (await handle.FetchHistoryAsync()).Events.Any(e => e.WorkflowTaskFailedEventAttributes is not null));
            var failed = (await handle.FetchHistoryAsync()).Events.First(e => e.WorkflowTaskFailedEventAttributes is not null);
            Assert.StartsWith("[TMPRL1101]", failed.WorkflowTaskFailedEventAttributes.Failure.Message, StringComparison.Ordinal);
            await handle.TerminateAsync();
        });

    private static async Task Until(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(20);
        }
    }

    [Workflow]
    public sealed class Mixed
    {
        private readonly List<string> _values = [];

        [WorkflowQuery]
        public string Phase { get; private set; } = "new";

        [WorkflowRun]
        public async Task<string> RunAsync(string name)
        {
            Phase = "waiting";
            var greeting = await Workflow.ExecuteActivityAsync(() => SdkActivities.Greet(name), Short);
            Phase = "greeted";
            await Workflow.DelayAsync(50);
            var sum = await Workflow.ExecuteActivityAsync(() => SdkActivities.AddAsync(1, 2), Short);
            await Workflow.WaitConditionAsync(() => _values.Count >= 2);
            Phase = "done";
            return $"{greeting} {sum} {string.Join(',', _values)}";
        }

        [WorkflowSignal]
        public Task PutAsync(string value)
        {
            _values.Add(value);
            return Task.CompletedTask;
        }
    }

    [Workflow]
    public sealed class Counter
    {
        private int _total;

        [WorkflowRun]
        public async Task<int> RunAsync()
        {
            await Workflow.WaitConditionAsync(() => _total >= 10 && Workflow.AllHandlersFinished);
            return _total;
        }

        [WorkflowUpdate]
        public async Task<int> AddAsync(int value)
        {
            if (value > 5)
            {
                await Workflow.DelayAsync(10);
            }

            return _total += value;
        }

        [WorkflowUpdateValidator(nameof(AddAsync))]
        public void ValidateAdd(int value)
        {
            if (value < 0)
            {
                throw new ApplicationFailureException("negative");
            }
        }
    }

    [Workflow]
    public sealed class Parent
    {
        [WorkflowRun]
        public async Task<string> RunAsync() => $"child: {await Workflow.ExecuteChildWorkflowAsync((Loop wf) => wf.RunAsync(1))}";
    }

    [Workflow]
    public sealed class Loop
    {
        [WorkflowRun]
        public Task<int> RunAsync(int n) => n < 3
            ? throw Workflow.CreateContinueAsNewException((Loop wf) => wf.RunAsync(n + 1))
            : Task.FromResult(n);
    }

    [Workflow]
    public sealed class Cancellable
    {
        [WorkflowQuery]
        public bool Started { get; private set; }

        [WorkflowRun]
        public async Task RunAsync()
        {
            Started = true;
            await Workflow.ExecuteActivityAsync(
                () => SdkActivities.UntilCancelledAsync(),
                new()
                {
                    StartToCloseTimeout = TimeSpan.FromSeconds(30),
                    HeartbeatTimeout = TimeSpan.FromSeconds(1),
                    CancellationType = ActivityCancellationType.WaitCancellationCompleted,
                });
        }
    }

    [Workflow]
    public sealed class Local
    {
        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            var options = new LocalActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(10), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(10) } };
            var slept = await Workflow.ExecuteLocalActivityAsync(() => SdkActivities.SleepAsync(2000), options);
            return $"{slept} {await Workflow.ExecuteLocalActivityAsync(() => SdkActivities.FailUntil(3), options)}";
        }
    }

    [Workflow]
    public sealed class Foreign
    {
        [WorkflowRun]
        public async Task RunAsync() => await Task.Run(() => { });
    }

    [Workflow]
    public sealed class Busy
    {
        [WorkflowRun]
        public Task RunAsync()
        {
            Thread.Sleep(4000);
            return Task.CompletedTask;
        }
    }
}
