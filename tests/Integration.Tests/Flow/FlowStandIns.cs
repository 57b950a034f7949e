using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Integration.Tests.Flow;

/// <summary>The activities of a run over one loaded dataset without data: what is planned, how a load goes and how long it takes are the test's.</summary>
public sealed class FlowStandIns : IPipelineActivities
{
    private readonly ConcurrentDictionary<string, int> _open = new();
    private int _most;

    /// <summary>Changes the plan. Default: as it is.</summary>
    public Func<RunPlan, RunPlan> Plan { get; set; } = plan => plan;

    /// <summary>What a load of a partition does. Default: nothing.</summary>
    public Func<LoadRequest, Task> Load { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a model makes. Default: the run has none.</summary>
    public Func<TransformRequest, StagedData> Transform { get; set; } = _ => throw new InvalidOperationException("The run has no model.");

    /// <summary>Why a publish must not be; null lets it. Default: nothing is in the way.</summary>
    public Func<PublishRequest, string?> Conflict { get; set; } = _ => null;

    /// <summary>Changes what was staged. Default: as it is.</summary>
    public Func<StagedData, StagedData> Staged { get; set; } = staged => staged;

    /// <summary>Partitions in the order in which their loads began, one entry a try.</summary>
    public ConcurrentQueue<string> Loads { get; } = new();

    /// <summary>Partitions in the order in which they were landed.</summary>
    public ConcurrentQueue<string> Landed { get; } = new();

    public ConcurrentQueue<string> Published { get; } = new();

    public ConcurrentQueue<Hold> Holds { get; } = new();

    public ConcurrentQueue<LedgerEntry> Ledger { get; } = new();

    /// <summary>Most loads that were open at once.</summary>
    public int MostOpen => _most;

    /// <summary>Loads that are open now.</summary>
    public IReadOnlyCollection<string> Open => [.. _open.Keys];

    [Activity]
    public Task<RunPlan> PlanRunAsync(RunRequest request) => Task.FromResult(Plan(new RunPlan
    {
        Request = request,
        RunId = ActivityExecutionContext.Current.Info.WorkflowRunId!,
        Inputs = [],
        Datasets = [new DatasetPlan("bronze.x", 0, true, 1)],
        InputFingerprint = "",
        CodeFingerprint = "",
        PlannedAt = DateTimeOffset.UnixEpoch,
        StepTimeout = TimeSpan.FromMinutes(5),
        RunTimeout = TimeSpan.FromDays(365),
        Tenant = request.Pipeline,
    }));

    [Activity]
    public Task<IReadOnlyList<LandedFile>> LandBronzeAsync(RunPlan plan)
    {
        Landed.Enqueue(plan.Request.Partition);
        return Task.FromResult<IReadOnlyList<LandedFile>>([.. plan.Inputs.Select(i => new LandedFile(i, $"_landing/x/{i.Source}/{i.Sha256}", DateTimeOffset.UnixEpoch))]);
    }

    [Activity]
    public async Task<StagedData> LoadBronzeAsync(LoadRequest request)
    {
        var run = request.Plan.Request.WorkflowId;
        Loads.Enqueue(request.Plan.Request.Partition);
        _open[run] = 1;
        for (var (seen, open) = (_most, _open.Count); seen < open; seen = _most)
        {
            Interlocked.CompareExchange(ref _most, open, seen);
        }

        try
        {
            await Load(request);
        }
        finally
        {
            _open.TryRemove(run, out _);
        }

        return Staged(new StagedData
        {
            Dataset = request.Dataset.Name,
            ManifestPath = "",
            Partitions = [request.Plan.Request.Partition],
            Counts = new RowCounts { Read = 7, Published = 7, Quarantined = 0, Dropped = new Dictionary<string, long>() },
            Rules = [],
        });
    }

    [Activity]
    public Task<StagedData> TransformAsync(TransformRequest request) => Task.FromResult(Transform(request));

    [Activity]
    public Task<PublishResult> PublishAsync(PublishRequest request)
    {
        if (Conflict(request) is { } conflict)
        {
            return Task.FromResult(new PublishResult { Dataset = request.Dataset.Name, Conflict = conflict });
        }

        Published.Enqueue(request.Plan.Request.Partition);
        return Task.FromResult(new PublishResult { Dataset = request.Dataset.Name, Version = 7 });
    }

    [Activity]
    public Task RecordHoldAsync(Hold hold)
    {
        Holds.Enqueue(hold);
        return Task.CompletedTask;
    }

    [Activity]
    public Task RecordRunAsync(LedgerEntry entry)
    {
        Ledger.Enqueue(entry);
        return Task.CompletedTask;
    }

    /// <summary>A failure that may pass, as of a source that does not answer.</summary>
    public static ApplicationFailureException Down(string what = "the source does not answer") => new(what, "source.down");
}
