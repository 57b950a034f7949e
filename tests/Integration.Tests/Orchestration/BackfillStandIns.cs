using System.Collections.Concurrent;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Integration.Tests.Orchestration;

/// <summary>What a backfill does to its surroundings, without any data: a plan of numbered partitions, and a book of what was run when.</summary>
public sealed class BackfillStandIns(int partitions, int lookback = 0) : IBackfillActivities
{
    public const string Hash = "0123456789abcdef";

    private readonly ConcurrentDictionary<int, IReadOnlyList<BackfillOutcome>> _report = new();
    private readonly ConcurrentDictionary<string, int> _open = new();
    private readonly ConcurrentDictionary<(string Partition, string Run), bool> _begun = new();
    private readonly ConcurrentDictionary<(string Partition, string Run), bool> _ended = new();
    private readonly ConcurrentDictionary<string, string> _failed = new();
    private int _mostOpen;

    /// <summary>Partitions that fail: one run of them when the value is true, every run when it is false.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = new();

    /// <summary>Partitions that runs left to others which did not make them.</summary>
    public ConcurrentBag<string> Left { get; } = [];

    /// <summary>What runs that fail have cost. Default: nothing is known.</summary>
    public RunCost? FailedCost { get; set; }

    /// <summary>How often each partition was made; a step that is tried again within its run counts once, as a commit does.</summary>
    public ConcurrentDictionary<string, int> Made { get; } = new();

    /// <summary>How many runs of each partition began.</summary>
    public IReadOnlyDictionary<string, int> Begun => _begun.Keys.CountBy(b => b.Partition).ToDictionary(b => b.Key, b => b.Value);

    /// <summary>Partitions that were made before all they look back at had ended.</summary>
    public ConcurrentBag<string> TooEarly { get; } = [];

    public int MostOpen => _mostOpen;

    public IReadOnlyList<BackfillOutcome> Report => [.. _report.OrderBy(p => p.Key).SelectMany(p => p.Value)];

    public static string Partition(int index) => $"p{index:D5}";

    /// <summary>Ends when a plan may be made. Default: null, at once.</summary>
    public TaskCompletionSource? Planning { get; set; }

    [Activity]
    public async Task<BackfillPlan> PlanBackfillAsync(BackfillRequest request)
    {
        await (Planning?.Task ?? Task.CompletedTask);
        return new BackfillPlan
        {
            Hash = Hash,
            Folder = "_backfills/x/",
            Count = partitions,
            First = Partition(0),
            Last = Partition(partitions - 1),
            Lookback = lookback,
            Concurrency = 4,
        };
    }

    [Activity]
    public Task<IReadOnlyList<string>> ReadBackfillPlanAsync(BackfillPage page) =>
        Task.FromResult<IReadOnlyList<string>>([.. Enumerable.Range(0, partitions).Skip(page.Offset).Take(page.Count).Select(Partition)]);

    [Activity]
    public Task RecordBackfillAsync(BackfillOutcomes outcomes)
    {
        _report[outcomes.Part] = outcomes.Outcomes;
        return Task.CompletedTask;
    }

    [Activity]
    public Task<IReadOnlyList<string>> ReadBackfillFailuresAsync(string folder) =>
        Task.FromResult<IReadOnlyList<string>>([.. Report.GroupBy(o => o.Partition).Where(g => g.Last().Outcome == "failed").Select(g => g.Key)]);

    [Activity]
    public Task<RunResult> AwaitRunAsync(RunRequest request) => BackfillActivities.AwaitAsync(request);

    [Activity]
    public Task<IReadOnlyList<string>> FindLeftAsync(LeftRange range) => Task.FromResult<IReadOnlyList<string>>([.. Left.Order(StringComparer.Ordinal)]);

    [Activity]
    public Task<RunCost?> ReadRunCostAsync(RunRequest request, string runId) => Task.FromResult(FailedCost);

    /// <summary>A run that begins.</summary>
    [Activity]
    public Task OpenAsync(RunRequest request)
    {
        _begun[(request.Partition, ActivityExecutionContext.Current.Info.WorkflowRunId!)] = true;
        _open[request.Partition] = 1;
        var open = _open.Count;
        InterlockedMax(open);
        return Task.CompletedTask;
    }

    /// <summary>The part of a run that looks back, and its end.</summary>
    [Activity]
    public Task<RunResult> MakeAsync(RunRequest request)
    {
        var index = int.Parse(request.Partition[1..]);
        if (Enumerable.Range(Math.Max(0, index - lookback), Math.Min(index, lookback)).Any(i => _open.ContainsKey(Partition(i))))
        {
            TooEarly.Add(request.Partition);
        }

        _open.TryRemove(request.Partition, out _);
        var run = ActivityExecutionContext.Current.Info.WorkflowRunId!;
        if (Broken.TryGetValue(request.Partition, out var once) && (!once || _failed.GetOrAdd(request.Partition, run) == run))
        {
            throw new ApplicationFailureException($"{request.Partition} is broken", "test.broken", nonRetryable: true);
        }

        if (_ended.TryAdd((request.Partition, run), true))
        {
            Made.AddOrUpdate(request.Partition, 1, (_, n) => n + 1);
        }

        return Task.FromResult(new RunResult
        {
            Request = request,
            Status = RunStatus.Published,
            Cost = new RunCost(2, 100, 0.5m, 0.25m),
            Datasets = [new DatasetResult("gold.x", 1, [request.Partition], new RowCounts { Read = 10, Published = 10, Quarantined = 0, Dropped = new Dictionary<string, long>() }, [])],
        });
    }

    private void InterlockedMax(int open)
    {
        for (var seen = _mostOpen; seen < open; seen = _mostOpen)
        {
            Interlocked.CompareExchange(ref _mostOpen, open, seen);
        }
    }

    /// <summary>A run without data: opens, waits at its gate, ends.</summary>
    [Workflow("PipelineRun")]
    public sealed class Run
    {
        private bool _proceed;
        private bool _isHeld;

        [WorkflowRun]
        public async Task<RunResult> RunAsync(RunRequest request)
        {
            var options = new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(5) };
            await Workflow.ExecuteActivityAsync((BackfillStandIns a) => a.OpenAsync(request), options);
            await Workflow.WaitConditionAsync(() => request.Gated != true || _proceed);
            return await Workflow.ExecuteActivityAsync((BackfillStandIns a) => a.MakeAsync(request), options);
        }

        /// <summary>Whether it waits for a decision.</summary>
        [WorkflowQuery("progress")]
        public RunProgress Progress() => new() { Step = "", Done = [], Held = _isHeld ? new Dictionary<string, string> { ["gold.x"] = "held" } : new Dictionary<string, string>() };

        [WorkflowSignal("hold")]
        public Task HoldAsync()
        {
            _isHeld = true;
            return Task.CompletedTask;
        }

        [WorkflowSignal("proceed")]
        public Task ProceedAsync()
        {
            _proceed = true;
            return Task.CompletedTask;
        }
    }
}
