using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Tests.Fakes;
using Temporalio.Worker;
using Temporalio.Worker.Tasks;
using Temporalio.Worker.Telemetry;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay;

/// <summary>Long histories replay in linear time, and a run that is dropped leaves nothing behind.</summary>
[Collection(Alone.Name)]
public sealed class LongHistoryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Replay_TenTimesTheEvents_IsLinear()
    {
        var small = History(500);
        var large = History(5000);
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DebugMode = true }.AddWorkflow<Steps>());
        await replayer.ReplayWorkflowAsync(small.ToHistory());

        var smallTime = await TimeAsync(replayer, small);
        var largeTime = await TimeAsync(replayer, large);

        output.WriteLine($"{large.Events.Count / largeTime.TotalSeconds:N0} events/s of {large.Events.Count}, {small.Events.Count / smallTime.TotalSeconds:N0} events/s of {small.Events.Count}");
        Assert.True(largeTime < smallTime * 40, $"ten times the events took {largeTime / smallTime:N1} times as long");
    }

    [Fact]
    public async Task Run_Dropped_IsCollectedWithItsWaitingTasks()
    {
        Finalized.Count = 0;
        var dropped = await StartAndDropAsync();
        for (var i = 0; i < 10 && (dropped.Any(d => d.IsAlive) || Finalized.Count < 100); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, dropped.Count(d => d.IsAlive));
        Assert.Equal(100, Finalized.Count);
        Assert.False(Waiting.CleanupRan);
    }

    [Fact]
    public async Task Run_AfterALongHistory_HoldsNoMoreThanAfterAShortOne()
    {
        var before = await HeldAsync(10);
        var after = await HeldAsync(2_000);

        output.WriteLine($"{before:N0} bytes after 10 activities, {after:N0} after 2,000");
        Assert.True(after - before < 20_000, $"a run held {before:N0} bytes after 10 activities and {after:N0} after 2,000");
    }

    /// <summary>Bytes that a run in memory holds which has been through so many activities and waits for one more.</summary>
    private static async Task<long> HeldAsync(int steps)
    {
        const int Runs = 20;
        var factory = Factory();
        var held = new List<WorkflowRun>();
        var before = 0L;
        for (var i = 0; i <= Runs; i++)
        {
            if (i == 1)
            {
                before = GC.GetTotalMemory(forceFullCollection: true); // the first run has made what all share
            }

            held.Add(await PastAsync(factory, steps));
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Runs;
        GC.KeepAlive(held);
        return bytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WorkflowRun> PastAsync(WorkflowRunFactory factory, int steps)
    {
        var history = new HistoryBuilder("Steps", steps + 1).Task();
        for (var i = 1; i <= steps; i++)
        {
            history.Activity(i, "Echo", out var scheduled).Completed(scheduled, i).Task();
        }

        var events = history.Events.SkipLast(1).ToList();
        var run = new WorkflowRun(factory, "wf", "run");
        await run.AdvanceAsync(events, 0, events[^1].EventId, []);
        Assert.Single(run.Machines.TakeCompletion().Commands);
        run.Machines.EndTask();
        return run;
    }

    private static WorkflowRunFactory Factory() => new(new()
    {
        Namespace = "default",
        TaskQueue = "queue",
        Identity = "me",
        LoggerFactory = NullLoggerFactory.Instance,
        Workflows = [WorkflowDefinition.Create<Waiting>(), WorkflowDefinition.Create<Steps>()],
        DebugMode = true,
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> StartAndDropAsync()
    {
        var factory = Factory();
        var cache = new RunCache(10, WorkerTelemetry.None);
        var dropped = new List<WeakReference>();
        for (var i = 0; i < 100; i++)
        {
            var run = new WorkflowRun(factory, "wf", $"run-{i}");
            var events = new HistoryBuilder("Waiting").Task().Events.Take(3).ToList();
            await run.AdvanceAsync(events, 0, 3, []);
            Assert.Single(run.Machines.TakeCompletion().Commands);
            run.Machines.EndTask();
            cache.Put(run);
            dropped.Add(new(run));
            dropped.Add(new(run.Instance));
        }

        Assert.Equal(10, cache.Count);
        cache.Clear();
        return dropped;
    }

    private static async Task<TimeSpan> TimeAsync(WorkflowReplayer replayer, HistoryBuilder history)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 8; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await replayer.ReplayWorkflowAsync(history.ToHistory());
            var took = Stopwatch.GetElapsedTime(began);
            best = took < best ? took : best;
        }

        return best;
    }

    private static HistoryBuilder History(int steps)
    {
        var history = new HistoryBuilder("Steps", steps).Task();
        for (var i = 1; i <= steps; i++)
        {
            history.Activity(i, "Echo", out var scheduled).Completed(scheduled, i).Task();
        }

        return history.End();
    }

    [Workflow]
    public sealed class Steps
    {
        [WorkflowRun]
        public async Task RunAsync(int steps)
        {
            var options = new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(1) };
            for (var i = 1; i <= steps; i++)
            {
                Assert.Equal(i, await Workflow.ExecuteActivityAsync<int>("Echo", [i], options));
            }
        }
    }

    [Workflow]
    public sealed class Waiting
    {
        private readonly Finalized _state = new();

        public static bool CleanupRan { get; private set; }

        [WorkflowRun]
        public async Task RunAsync()
        {
            try
            {
                await Workflow.DelayAsync(1000);
            }
            finally
            {
                CleanupRan = true;
                GC.KeepAlive(_state);
            }
        }
    }

    private sealed class Finalized
    {
        public static int Count;

        ~Finalized() => Interlocked.Increment(ref Count);
    }
}
