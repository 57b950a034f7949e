using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// One run of one partition: write, audit, publish. Everything is staged and audited before anything is published, so a run that fails
/// leaves no trace in any table. May be started again at any time: the workflow id is the partition's, the plan says when there is nothing to do.
/// </summary>
[Workflow("PipelineRun")]
public sealed partial class PipelineRunWorkflow
{
    private readonly List<string> _done = [];
    private readonly Dictionary<string, StagedData> _staged = [];
    private readonly List<DatasetResult> _published = [];
    private IReadOnlyList<LandedFile> _landed = [];
    private IReadOnlyList<DatasetPlan> _datasets = [];
    private string _step = "plan";
    private string _partition = "";
    private string? _gate;
    private bool _proceed;
    private RunCost? _cost;
    private RunClock? _clock;

    [WorkflowRun]
    public Task<RunResult> RunAsync(RunRequest request) =>
        IsElsewhere(request) && Workflow.Patched("one-run-per-partition") ? AttachAsync(request) : RunHereAsync(request);

    private async Task<RunResult> RunHereAsync(RunRequest request)
    {
        RunPlan? plan = null;
        _partition = request.Partition;
        try
        {
            plan = await StepAsync("plan", () => Workflow.ExecuteActivityAsync(
                (IPipelineActivities a) => a.PlanRunAsync(request), Steps.Plan));
            Labels.Tell(plan.Labels, plan.Labels?.Updates(request.Pipeline, request.Partition) ?? []);
            var result = plan.SkipReason is { } reason
                ? new RunResult { Request = request, Status = RunStatus.Skipped, Reason = reason }
                : await RunPlannedAsync(plan);
            TellOutcome(plan, result);
            await RecordAsync(plan, result);
            return result;
        }
        catch (Exception e) when (e is FailureException or OperationCanceledException)
        {
            // A step that would begin after the cancellation; workers before 0.4 ended there without a record.
            if (e is CanceledFailureException && !Workflow.Patched("record-when-cancelled"))
            {
                throw;
            }

            var failure = _clock is { IsOver: true } ? Overdue(plan!) : e;
            var result = Failed(request, failure);
            TellOutcome(plan, result);
            await RecordFailureAsync(plan, result);
            if (ReferenceEquals(failure, e))
            {
                throw;
            }

            throw failure;
        }
    }

    /// <summary>Lets a gated run make what reads earlier partitions: they are done.</summary>
    [WorkflowSignal("proceed")]
    public Task ProceedAsync()
    {
        _proceed = true;
        return Task.CompletedTask;
    }

    /// <summary>How far the run is. A hold is told once it is on record: whoever hears of it may leave, and others must find it.</summary>
    [WorkflowQuery("progress")]
    public RunProgress Progress() => new() { Step = _step, Done = [.. _done], Held = _holds.Where(h => _recorded.Contains(h.Key)).Select(h => KeyValuePair.Create(h.Key, h.Value.Problem)).Concat(_heldInputs).ToDictionary(), Waiting = [.. Waiting()] };

    private async Task<RunResult> RunPlannedAsync(RunPlan plan)
    {
        _clock = plan.RunTimeout is { } limit ? new RunClock(limit) : null;
        _datasets = plan.Datasets;
        _holdCount = plan.HoldsBefore;
        var running = _clock?.RunAsync();
        try
        {
            return await MakeAsync(plan, new Steps(plan, _clock?.Token));
        }
        finally
        {
            _clock?.Stop();
            await (running ?? Task.CompletedTask);
        }
    }

    private async Task<RunResult> MakeAsync(RunPlan plan, Steps steps)
    {
        var landed = await WithinAsync(plan, "land", g => g.OfSources, () => StepAsync("land", () => Workflow.ExecuteActivityAsync(
            (IPipelineActivities a) => a.LandBronzeAsync(plan), steps.Land)));
        _landed = landed;

        foreach (var level in plan.Datasets.GroupBy(d => d.Level).OrderBy(g => g.Key))
        {
            if (plan.Request.Gated == true && !_proceed && level.Any(d => d.LooksBack))
            {
                await AwaitTurnAsync();
            }

            var together = level.ToArray();
            await Workflow.WhenAllAsync(together.Select(d => together.Length == 1 ? StageAsync(plan, d, landed, steps) : StageWithOthersAsync(plan, d, landed, steps)));
        }

        await PublishAllAsync(plan, landed, steps);
        return new RunResult { Request = plan.Request, Status = RunStatus.Published, Datasets = [.. _published], Notes = Notes(), Cost = _cost };
    }

    /// <summary>Waits at the gate, which does not use up the run's time. Whoever was to open it may be gone without a word: then nothing is waited for.</summary>
    private async Task AwaitTurnAsync()
    {
        Tell("waiting for earlier partitions");
        if (Workflow.Info.Parent is null || !Workflow.Patched("gate-stops-clock"))
        {
            await Workflow.WaitConditionAsync(() => _proceed, _clock?.Token);
            return;
        }

        using var pause = _clock?.Pause();
        while (!await Workflow.WaitConditionAsync(() => _proceed, LookAgain, _clock?.Token))
        {
            if (!await TellParentAsync("run-gated"))
            {
                return;
            }
        }
    }

    /// <summary>Loads or transforms, and audits. What the audit finds is published, held or the end of the run, as the dataset's policy says; nothing is visible before.</summary>
    private async Task StageAsync(RunPlan plan, DatasetPlan dataset, IReadOnlyList<LandedFile> landed, Steps steps)
    {
        Decision? decision = null;
        do
        {
            var staged = await StageOnceAsync(plan, dataset, landed, steps);
            _staged[dataset.Name] = staged;
            do
            {
                var (action, rules, problem) = GateOf(plan, dataset, staged);
                if (action is GateAction.Fail)
                {
                    _gate = "failed";
                    throw new ApplicationFailureException(problem, ErrorTypes.ContractFailed, nonRetryable: true);
                }

                if (action is not GateAction.Hold)
                {
                    _gate ??= action is GateAction.Warn ? "warned" : null;
                    return;
                }

                decision = await HoldAsync(plan, dataset, rules, problem);
                if (decision is { Kind: "waive" } or { Kind: "approve", Until: not null })
                {
                    _waivers.AddRange(rules.Where(r => decision.Rule is null || r == decision.Rule).Select(r => new Waiver(r, decision.Until!.Value, decision.By, decision.Reason)));
                }
            }
            while (decision.Kind is "waive");
        }
        while (decision.Kind is "retry");

        if (decision.Kind is not "approve")
        {
            throw new ApplicationFailureException(
                $"'{dataset.Name}' of {plan.Request.WorkflowId} was held and is not published ({decision.Kind} by {decision.By}): {decision.Reason}. Help: mend the input or the model and run the partition again.",
                ErrorTypes.Rejected,
                nonRetryable: true);
        }
    }

    /// <summary>What is to happen to staged rows, which rules are the reason, and what they say.</summary>
    private (GateAction Action, IReadOnlyList<string> Rules, string Problem) GateOf(RunPlan plan, DatasetPlan dataset, StagedData staged)
    {
        if (plan.SealedAt is { } at && dataset.Name == plan.Datasets[0].Name)
        {
            staged = staged with
            {
                Broken = [.. staged.Broken, GateRules.Sealed],
                Failure = (staged.Failure is { } before ? before + "\n" : "")
                    + $"{GateRules.Sealed}: partition '{plan.Request.Partition}' was sealed at {at:u} and its inputs have changed since. Help: approve to correct what was final, or reject.",
            };
        }

        var waived = dataset.Gate.Waivers.Concat(_waivers).Where(w => w.Until > Workflow.UtcNow).Select(w => w.Rule).ToHashSet();
        string[] errors = [.. staged.Broken.Where(r => !waived.Contains(r))];
        string[] warnings = [.. staged.Rules.Where(r => r is { Passed: false, Severity: "warning" } && !waived.Contains(r.Rule)).Select(r => r.Rule)];
        var onError = errors.Length > 0 ? errors.Max(r => dataset.Gate.Rules.GetValueOrDefault(r, dataset.Gate.OnError)) : dataset.Gate.OnError;

        // Histories of older workers name no broken rules: their failure stands for all of them.
        return staged.Refusal is { } refusal ? (GateAction.Fail, [], refusal)
            : errors.Length > 0 || (staged.Failure is not null && staged.Broken.Count == 0) ? (onError, errors, staged.Failure!)
            : warnings.Length > 0 ? (dataset.Gate.OnWarning, warnings, $"'{dataset.Name}' breaks rules of severity warning: {string.Join(", ", warnings)}.")
            : (GateAction.Publish, [], "");
    }

    private async Task<StagedData> StageOnceAsync(RunPlan plan, DatasetPlan dataset, IReadOnlyList<LandedFile> landed, Steps steps)
    {
        StagedData? staged = null;
        _making.Add(dataset.Name);
        while (staged is null)
        {
            try
            {
                staged = await WithinAsync(plan, dataset.Name, g => g.Name == dataset.Group, () => MakeOnceAsync(plan, dataset, landed, steps));
            }
            catch (ActivityFailureException e) when (_failed is null && HeldInputOf(e) is { } held)
            {
                await AwaitInputAsync(plan, dataset, held);
            }
        }

        _making.Remove(dataset.Name);
        RunLimits.Check(plan, staged, ref _cost);
        return staged.Counts.Balanced()
            ? staged
            : throw new ApplicationFailureException(
                $"Dataset '{dataset.Name}' of {plan.Request.WorkflowId}: {staged.Counts.Read} rows came in, "
                + $"{staged.Counts.Published} published + {staged.Counts.Quarantined} quarantined + {staged.Counts.Dropped.Values.Sum()} dropped by rule. "
                + "Help: a model of a dataset with 'rows: conserve' gives exactly one row for each row it reads; drop rows with a rule, not with WHERE.",
                ErrorTypes.RowsUnaccounted,
                nonRetryable: true);
    }

    private Task<StagedData> MakeOnceAsync(RunPlan plan, DatasetPlan dataset, IReadOnlyList<LandedFile> landed, Steps steps) => dataset.IsSource
        ? StepAsync($"load {dataset.Name}", () => Workflow.ExecuteActivityAsync(
            (IPipelineActivities a) => a.LoadBronzeAsync(new LoadRequest(plan.WithoutInputs(), dataset, FilesOf(dataset, landed))), Steps.For(steps.Load, dataset)))
        : StepAsync($"transform {dataset.Name}", () => Workflow.ExecuteActivityAsync(
            (IPipelineActivities a) => a.TransformAsync(new TransformRequest(plan.WithoutInputs(), dataset, Upstream(dataset))), Steps.For(steps.Transform, dataset)));

    private static IReadOnlyList<LandedFile> FilesOf(DatasetPlan dataset, IReadOnlyList<LandedFile> landed) => dataset.Source is null ? landed : [.. landed.Where(f => f.Input.Source == dataset.Source)];

    /// <summary>
    /// What this run has staged and not yet published; the model sees it in place of the partition's published rows. What is published already is read from its
    /// table, like everybody else's.
    /// </summary>
    private IReadOnlyList<StagedData> Upstream(DatasetPlan dataset) =>
        [.. _staged.Where(a => a.Key != dataset.Name && _published.All(p => p.Dataset != a.Key)).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => a.Value.AsUpstream())];

    /// <summary>The ledger entry is written, and staging removed, also when the run is being cancelled: hence the detached token.</summary>
    private Task RecordAsync(RunPlan? plan, RunResult result)
    {
        var entry = new LedgerEntry
        {
            Result = result,
            RunId = Workflow.Info.RunId,
            InputFingerprint = plan?.InputFingerprint ?? "",
            CodeFingerprint = plan?.CodeFingerprint ?? "",
            Inputs = plan is null ? [] : Inputs(plan),
            Reads = [.. _staged.OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => s.Value.Reads)],
            StartedAt = Workflow.Info.WorkflowStartTime,
            EndedAt = Workflow.UtcNow,
        };
        return StepAsync("record", async () =>
        {
            await Workflow.ExecuteActivityAsync((IPipelineActivities a) => a.RecordRunAsync(entry), Steps.RecordOf(plan));
            await TellWatchersAsync();
            return true;
        });
    }

    /// <summary>The inputs as planned, with when they arrived and what they say, as far as the run got.</summary>
    private IReadOnlyList<SourceFile> Inputs(RunPlan plan)
    {
        var arrived = _landed.ToDictionary(f => (f.Input.Source, f.Input.Uri), f => f.ArrivedAt);
        var values = _staged.OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => s.Value.Values).ToLookup(v => v.Key, v => v.Value);
        return [.. plan.Inputs.Select(i => i with
        {
            ArrivedAt = arrived.TryGetValue((i.Source, i.Uri), out var at) ? at : null,
            Values = values.Contains(i.Uri) ? string.Join('+', values[i.Uri]) : null,
        })];
    }

    /// <summary>A failure that cannot be recorded must not hide the one that ended the run.</summary>
    private async Task RecordFailureAsync(RunPlan? plan, RunResult result)
    {
        try
        {
            await RecordAsync(plan, result);
        }
        catch (ActivityFailureException e)
        {
            Workflow.Logger.LogWarning(e, "Run '{WorkflowId}' failed and its ledger entry could not be written.", Workflow.Info.WorkflowId);
        }
    }

    private RunResult Failed(RunRequest request, Exception e)
    {
        var cause = e;
        while (cause is ActivityFailureException { InnerException: { } inner })
        {
            cause = inner;
        }

        return new RunResult { Request = request, Status = RunStatus.Failed, Reason = cause.Message, Datasets = [.. _published], Cost = _cost };
    }

    /// <summary>What came of the run, for queries over many of them.</summary>
    private void TellOutcome(RunPlan? plan, RunResult result)
    {
        if (result.Status is not RunStatus.Skipped)
        {
            var gate = _gate ?? (result.Status is RunStatus.Published ? "passed" : null);
            Labels.Tell(plan?.Labels, [PipelineAttributes.Rows.ValueSet(_published.Sum(p => p.Counts.Published)), .. gate is null ? Array.Empty<SearchAttributeUpdate>() : [PipelineAttributes.GateState.ValueSet(gate)]]);
        }
    }

    private static ApplicationFailureException Overdue(RunPlan plan) => new(
        $"{plan.Request.WorkflowId} worked for longer than {plan.RunTimeout} (limits.run_timeout). Help: raise the limit, or give the run less to do.",
        ErrorTypes.RunTimeout,
        nonRetryable: true);

    private IReadOnlyList<string>? Notes() => _staged.OrderBy(s => s.Key, StringComparer.Ordinal).SelectMany(s => s.Value.LastGood ?? []).ToArray() is { Length: > 0 } notes ? notes : null;

    private async Task<T> StepAsync<T>(string name, Func<Task<T>> step)
    {
        Tell(name);
        var result = await step();
        _done.Add(name);
        return result;
    }

    /// <summary>What the run is at, for queries and for the page of the run in the Web UI.</summary>
    private void Tell(string step)
    {
        _step = step;
        Workflow.CurrentDetails = RunPage.Write(step, _done, _staged.Values, _published, _holds.Values, Waiting());
    }

    private IEnumerable<string> Waiting() => _waits.Values.Select(w => $"{w.What}: {w.Reason}").Concat(_heldInputs.Values);
}
