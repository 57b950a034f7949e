using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;

namespace Integration.Tests.Orchestration;

/// <summary>The activities of a run over one dataset whose rules break as the test says.</summary>
public sealed class RunStandIns(GatePolicy gate) : IPipelineActivities
{
    private int _loads;

    /// <summary>Rules that the next rows break, attempt after attempt; none when it is empty.</summary>
    public ConcurrentQueue<string[]> Broken { get; } = new();

    /// <summary>What nobody may let pass. Default: nothing.</summary>
    public string? Refusal { get; set; }

    /// <summary>How long the run may work. Default: half an hour.</summary>
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromMinutes(30);

    public ConcurrentQueue<Hold> Holds { get; } = new();

    public ConcurrentQueue<LedgerEntry> Ledger { get; } = new();

    public int Loads => _loads;

    public int Published { get; private set; }

    [Activity]
    public Task<RunPlan> PlanRunAsync(RunRequest request) => Task.FromResult(new RunPlan
    {
        Request = request,
        RunId = ActivityExecutionContext.Current.Info.WorkflowRunId!,
        Inputs = [],
        Datasets = [new DatasetPlan("bronze.x", 0, true, 1) { Gate = gate }],
        InputFingerprint = "",
        CodeFingerprint = "",
        PlannedAt = DateTimeOffset.UnixEpoch,
        StepTimeout = TimeSpan.FromMinutes(1),
        RunTimeout = RunTimeout,
    });

    [Activity]
    public Task<IReadOnlyList<LandedFile>> LandBronzeAsync(RunPlan plan) => Task.FromResult<IReadOnlyList<LandedFile>>([]);

    [Activity]
    public Task<StagedData> LoadBronzeAsync(LoadRequest request)
    {
        Interlocked.Increment(ref _loads);
        var broken = Broken.TryDequeue(out var rules) ? rules : [];
        return Task.FromResult(new StagedData
        {
            Dataset = "bronze.x",
            ManifestPath = "",
            Partitions = [request.Plan.Request.Partition],
            Counts = new RowCounts { Read = 1, Published = 1, Quarantined = 0, Dropped = new Dictionary<string, long>() },
            Rules = [.. broken.Select(b => new RuleResult(b, "error", 1, false))],
            Broken = broken,
            Failure = broken.Length == 0 ? null : $"broken: {string.Join(", ", broken)}",
            Refusal = Refusal,
        });
    }

    [Activity]
    public Task<StagedData> TransformAsync(TransformRequest request) => throw new InvalidOperationException("The run has no model.");

    [Activity]
    public Task<PublishResult> PublishAsync(PublishRequest request)
    {
        Published++;
        return Task.FromResult(new PublishResult { Dataset = "bronze.x", Version = 7 });
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
}
