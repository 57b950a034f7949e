using Lakehouse;
using Lakehouse.Datasets;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Quality;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>Attempts at a pipeline's datasets as its specification limits them, and what they staged as later steps hear of it.</summary>
internal sealed class Attempts(PipelineSpec spec, LakeRoot lake, DuckDbPool engines, IReadOnlyDictionary<string, ICustomCheck> checks)
{
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private long _bytes;

    /// <summary>Opens an attempt. Its engine reaches the pipeline's own tables and what is staged, nothing else.</summary>
    public DatasetAttempt Open(RunPlan plan, Dataset dataset, IReadOnlyList<string> partitions, long inputBytes)
    {
        _bytes += inputBytes;
        return DatasetAttempt.Open(
            lake.Tables,
            engines,
            new DatasetTarget
            {
                Dataset = dataset.Name,
                Contract = dataset.Schema,
                PartitionColumn = dataset.PartitionColumn,
                Partitions = partitions,
                Key = dataset.Key,
                KeepFirstBy = dataset.Deduplicate?.OrderBy,
                Merge = dataset.RowMerge,
                IsRaw = dataset.Layer == DatasetLayer.Bronze,
                IsFirstTyped = dataset.Reads.Count > 0 && dataset.Reads.All(r => r.Value == 0 && spec.Datasets.Any(d => d.Name == r.Key && d.Layer == DatasetLayer.Bronze)),
            },
            Options(plan, inputBytes));
    }

    /// <summary>The publish of what attempts of the run have staged.</summary>
    public StagedPublish Publish(RunPlan plan, TimeProvider time) => new(lake.Tables, time, engines, Options(plan, 0));

    private AttemptOptions Options(RunPlan plan, long inputBytes) => new()
    {
        RunId = plan.RunId,
        PlannedAt = plan.PlannedAt,
        StagingFolder = LakeRoot.StagingOf(plan.RunId),
        Limits = new DuckDbOptions
        {
            MemoryLimitBytes = spec.Limits.MemoryBytes,
            Threads = spec.Limits.Threads,
            MaxTempDirectoryBytes = spec.Limits.SpillBytes,
            StatementTimeout = spec.Limits.StepTimeout,
            OnProgress = Running.Step.Progress,
        },
        InputBytes = inputBytes,
        Folders = [LakeRoot.Staging, .. spec.Datasets.Select(d => d.Name).Concat(spec.Inputs.Values.Select(i => i.Dataset)).Select(Lake.PathOf)],
        CustomChecks = checks,
        Keys = lake.Keys,
    };

    /// <summary>What an attempt has staged.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="staged">What was staged.</param>
    /// <param name="partitions">The partitions it makes up.</param>
    /// <param name="rowsRead">Rows that must be accounted for; null where the rows made are all there are.</param>
    /// <param name="reads">Table versions the rows were made from.</param>
    public StagedData Result(RunPlan plan, Dataset dataset, StagedRows staged, IReadOnlyList<string> partitions, long? rowsRead, IReadOnlyList<PinnedTable> reads)
    {
        var report = staged.Report;
        return new StagedData
        {
            Dataset = dataset.Name,
            ManifestPath = staged.ManifestPath,
            Partitions = partitions,
            Reads = reads,
            Counts = new RowCounts
            {
                Read = rowsRead ?? report.Rows,
                Published = report.Passing,
                Quarantined = report.Quarantined + staged.Rejects,
                Dropped = dataset.Deduplicate is { } rule && report.Dropped > 0
                    ? new Dictionary<string, long> { [rule.Rule] = report.Dropped }
                    : new Dictionary<string, long>(),
            },
            Rules =
            [
                .. report.Results.Select(r => new RuleResult(r.Rule, r.Severity == Lakehouse.Contracts.QualitySeverity.Warning ? "warning" : "error", r.Offenders, r.Status is CheckStatus.Passed or CheckStatus.NotRun, r.Status is CheckStatus.Passed or CheckStatus.NotRun || r.IsQuarantined ? null : true)),
                .. staged.Unclassified.Select(p => new RuleResult($"{p.Column}.privacy", dataset.Layer == DatasetLayer.Bronze ? "warning" : "error", p.Matches, false, true)),
            ],
            Broken = [.. report.Results.Where(r => !r.IsAcceptable).Select(r => r.Rule)],
            Failure = FailureOf(plan, dataset, staged.Broken),
            Refusal = staged.Refusal is { } refusal ? FailureOf(plan, dataset, [refusal]) : null,
            Used = new StepUsage(TimeProvider.System.GetElapsedTime(_began).TotalSeconds, _bytes),
        };
    }

    private static string? FailureOf(RunPlan plan, Dataset dataset, IReadOnlyList<string> broken) => broken.Count == 0
        ? null
        : $"'{dataset.Name}' of {plan.Request.WorkflowId} breaks its contract '{dataset.ContractPath}':\n{string.Join('\n', broken.Select(b => "  " + b))}\n"
            + "Nothing is published. Help: mend the input or the model, or change the contract if it asks for too much.";
}
