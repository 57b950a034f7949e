using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Planning;

/// <summary>Says what would run and why, what that makes again down the graph, and what it will probably take. Reads only.</summary>
/// <param name="spec">The pipeline.</param>
/// <param name="lake">The lake.</param>
/// <param name="time">The clock. Default: the system's.</param>
/// <param name="pipelines">Where other pipelines are found. Default: null, the plan says nothing of runs that would be refused.</param>
public sealed class PipelinePlanner(PipelineSpec spec, LakeRoot lake, TimeProvider? time = null, PipelineFolder? pipelines = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Makes a plan.</summary>
    /// <param name="selection">Which partitions to look at.</param>
    /// <param name="force">Run also those that need not.</param>
    /// <param name="readAll">Read every source file again, also those whose size and time have not moved.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PipelinePlan> PlanAsync(PlanSelection selection, bool force = false, bool readAll = false, CancellationToken cancellationToken = default)
    {
        var survey = await new PartitionPlanner(spec, lake, _time).SurveyAsync(readAll, cancellationToken);
        var estimates = new RunEstimates(survey.Ledger.Facts.Values);
        var code = CodeSnapshots.FingerprintOf(spec);
        var chosen = new List<PartitionState>();
        var runs = new List<PlannedRun>();
        var (upToDate, taken) = (0, new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var state in survey.States.Where(s => selection.Holds(s.Partition)))
        {
            if (state.Reasons.Count == 0 && !force)
            {
                upToDate++;
                if (state.Last is { TakenBack.Length: > 0 } last)
                {
                    taken[last.Partition] = last.TakenBack;
                }

                continue;
            }

            chosen.Add(state);
            runs.Add(Run(state, estimates));
        }

        var windows = new RestateWindows(spec, survey);
        return new PipelinePlan
        {
            Pipeline = spec.Name,
            Hash = HashOf(code, runs),
            MadeAt = _time.GetUtcNow(),
            Selection = selection.Text,
            Force = force,
            CodeFingerprint = code,
            Runs = runs,
            UpToDate = upToDate,
            Datasets = runs.Count == 0 ? [] : windows.Of([.. chosen.Select(s => s.Partition)]),
            Changes = Changes(survey),
            History = estimates.Count,
            Bytes = runs.Sum(r => r.Bytes),
            Rows = Estimate.Sum(runs.Select(r => r.Rows).OfType<Estimate>()),
            Seconds = Estimate.Sum(runs.Select(r => r.Seconds).OfType<Estimate>()),
            Cost = Estimate.Sum(runs.Select(r => r.Cost).OfType<Estimate>()),
            Concurrency = spec.Concurrency,
            Ignored = survey.Ignored,
            TakenBack = taken.Count > 0 ? taken : null,
            Refused = chosen.Count == 0 || pipelines is null ? null : await (await TableRefusals.ReadAsync(spec, pipelines, lake, cancellationToken)).OfAllAsync(chosen, cancellationToken),
        };
    }

    private static PlannedRun Run(PartitionState state, RunEstimates estimates)
    {
        var bytes = state.Inputs.Sum(i => i.Bytes);
        return new PlannedRun
        {
            Partition = state.Partition.Value,
            Reasons = state.Reasons.Count > 0 ? state.Reasons : Forced,
            InputFingerprint = state.InputFingerprint,
            LastRunId = state.Last?.RunId,
            Files = state.Inputs.Count,
            Bytes = bytes,
            Rows = estimates.Rows(bytes),
            Seconds = estimates.Seconds,
            Cost = estimates.Cost,
        };
    }

    private static IReadOnlyList<RunReason> Forced { get; } = [new RunReason(RunReasonKind.Forced)];

    /// <summary>The changes since the newest run whose code was another.</summary>
    private static IReadOnlyList<DatasetChange> Changes(PlanSurvey survey) =>
        survey.Ledger.Facts.Values.Where(f => survey.Changes.GetValueOrDefault(f.CodeFingerprint) is { Count: > 0 }).MaxBy(f => f.EndedAt) is { } newest
            ? survey.Changes[newest.CodeFingerprint]
            : [];

    private string HashOf(string code, IReadOnlyList<PlannedRun> runs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\0"));
        Add("plan/1");
        Add(spec.Name);
        Add(code);
        Add(runs.Count.ToString(CultureInfo.InvariantCulture));
        IReadOnlyList<RunReason>? written = null;
        foreach (var run in runs)
        {
            Add(run.Partition);
            Add(run.InputFingerprint);
            Add(run.LastRunId ?? "");

            // Reasons are shared by all partitions that have the same ones.
            if (!ReferenceEquals(written, run.Reasons))
            {
                written = run.Reasons;
                Add(string.Join('\n', run.Reasons));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
