using System.Globalization;
using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Runs many partitions of one pipeline under control: a plan that is approved by its hash, never more than a number of runs at once, and hands that can pause it,
/// change its speed, skip and repeat while it goes on. Its history does not grow with the number of partitions.
/// </summary>
[Workflow("Backfill")]
public sealed partial class BackfillWorkflow
{
    /// <summary>Runs begun before the workflow continues as new. A run leaves some eight events.</summary>
    private const int RunsPerHistory = 80;

    /// <summary>Partitions read from the plan at once.</summary>
    private const int Page = 200;

    private readonly Dictionary<string, BackfillRun> _running = [];
    private readonly List<BackfillOutcome> _outcomes = [];
    private readonly List<string> _page = [];
    private readonly BackfillRequest _request;
    private BackfillState _state;
    private string _phase = "planning";
    private string? _reason;
    private int _pageStart;
    private int _begun;
    private int _repeated;
    private bool _retrying;

    [WorkflowInit]
    public BackfillWorkflow(BackfillRequest request)
    {
        _request = request;
        _state = request.State ?? new BackfillState { Approved = request.Approved };
    }

    [WorkflowRun]
    public async Task<BackfillProgress> RunAsync(BackfillRequest request)
    {
        if (_state.Plan is null)
        {
            var plan = await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.PlanBackfillAsync(request), Steps.BackfillPlan);
            _state = _state with { Plan = plan };
            Labels.Tell(plan.Labels, plan.Labels?.Updates(request.Pipeline, null) ?? []);
        }

        if (request.DryRun || Plan.Count == 0)
        {
            return End(request.DryRun ? "planned" : "completed");
        }

        try
        {
            if (!_state.Approved)
            {
                Tell("awaiting approval");
                Labels.Tell(Plan.Labels, PipelineAttributes.GateState.ValueSet("held"));
                await Workflow.WaitConditionAsync(() => _state.Approved);
                Labels.Tell(Plan.Labels, PipelineAttributes.GateState.ValueSet("approved"));
            }

            // An update that is under way when the last run ends may bring some back.
            do
            {
                await RunPartitionsAsync();
                await RecordAsync();
                await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished);
            }
            while (IsLeft || await TakeUpLeftAsync());
        }
        catch (OperationCanceledException) when (Workflow.CancellationToken.IsCancellationRequested)
        {
            // Its runs are being cancelled with it.
            await Workflow.WaitConditionAsync(() => _running.Count == 0, CancellationToken.None);
            await RecordAsync(always: Workflow.Patched("record-cancel"));
            End("cancelled");
            throw;
        }

        return End(_reason is null ? "completed" : "stopped");
    }

    /// <summary>Where the backfill is.</summary>
    [WorkflowQuery("progress")]
    public BackfillProgress Progress() => new()
    {
        // Who approves or resumes it is told so at once, not what it was until then.
        Phase = _phase is "awaiting approval" && _state.Approved || _phase is "paused" && !_state.Paused ? "running" : _phase,
        Reason = _reason ?? _state.PausedBecause,
        Plan = _state.Plan,
        Published = _state.Published,
        Skipped = _state.Skipped,
        Failed = _state.Failed,
        Held = _state.Held,
        Left = (_state.Plan is null ? 0 : Plan.Count - _state.Next) + _state.Retry.Count,
        Running = [.. _running.Values.OrderBy(r => r.Index).Select(r => r.Partition)],
        Concurrency = Concurrency,
        Rows = _state.Rows,
        Seconds = _state.Seconds,
        Cost = _state.Cost,
        BudgetSeconds = _state.BudgetSeconds ?? _request.BudgetSeconds,
        BudgetCost = _state.BudgetCost ?? _request.BudgetCost,
    };

    private BackfillPlan Plan => _state.Plan!;

    private int Concurrency => Math.Max(1, _state.Concurrency ?? _request.Concurrency ?? _state.Plan?.Concurrency ?? 1);

    private bool IsLeft => _reason is null && (_state.Next < Plan.Count || _state.Retry.Count > 0);

    private async Task RunPartitionsAsync()
    {
        while (IsLeft || _running.Count > 0)
        {
            if (_running.Values.FirstOrDefault(r => r.Work is { IsFaulted: true }) is { } broken)
            {
                // Nothing that a run can do: a fault of the product, which must not pass in silence.
                await broken.Work!;
            }

            if (_begun >= RunsPerHistory && IsLeft)
            {
                // Runs that are open report to this history: they are waited for before it ends.
                await Workflow.WaitConditionAsync(() => _running.Values.All(r => r.IsHeld) && Workflow.AllHandlersFinished);
                await RecordAsync();
                Labels.Tell(Plan.Labels, PipelineAttributes.Rows.ValueSet(_state.Rows));
                var next = _request with { State = _state };
                throw Workflow.CreateContinueAsNewException((BackfillWorkflow w) => w.RunAsync(next));
            }

            if (!IsLeft || _running.Values.Count(r => !r.IsHeld) >= Concurrency)
            {
                // What is held goes on without the backfill, which ends when nothing else is left.
                if (!IsLeft && _running.Values.All(r => r.IsHeld))
                {
                    return;
                }

                var (running, width, left) = (Busy(), Concurrency, IsLeft);
                Tell("running");
                await Workflow.WaitConditionAsync(() => Busy() != running || Concurrency != width || IsLeft != left || _running.Values.Any(r => r.Work is { IsFaulted: true }));
                continue;
            }

            if (_state.Paused)
            {
                Tell("paused");
                await Workflow.WaitConditionAsync(() => !_state.Paused || !IsLeft);
                continue;
            }

            if (QuietFor() is { } quiet)
            {
                Tell("quiet hours");
                await Workflow.WaitConditionAsync(() => _state.Paused, quiet);
                continue;
            }

            await BeginNextAsync();
        }
    }

    private int Busy() => _running.Values.Count(r => !r.IsHeld);

    private async Task BeginNextAsync()
    {
        var (partition, index) = await NextAsync();
        if (_state.Skip.Contains(partition))
        {
            Count(new BackfillOutcome(partition, "skipped", "skipped by hand", 0, 0));
            return;
        }

        if (_running.ContainsKey(partition))
        {
            return;
        }

        var lookback = _request.Order is BackfillOrder.NewestFirst ? 0 : Plan.Lookback;
        var request = new RunRequest(_request.Pipeline, partition, _request.Selection is BackfillSelection.All)
        {
            Gated = lookback > 0 && _running.Values.Any(r => !r.IsHeld && r.Index < index && r.Index >= index - lookback) ? true : null,
            MadeElsewhere = lookback > 0 ? Following(index, lookback) : null,
            Lane = _request.Lane ?? RunLane.Backfill,
        };
        var run = new BackfillRun(partition, index, lookback, Workflow.UtcNow);
        _running[partition] = run;
        _begun++;
        run.Work = RunOneAsync(run, request);
        Tell("running");
    }

    /// <summary>
    /// Runs publish and leave what depends on them to those behind them. Where such a one failed, or had nothing to do, it was not made: it is run now, once.
    /// </summary>
    /// <returns>Whether there is such a partition.</returns>
    private async Task<bool> TakeUpLeftAsync()
    {
        if (_reason is not null || _state.TookUp || Plan.Lookback == 0 || _request.Order is BackfillOrder.NewestFirst || !Workflow.Patched("take-up-left"))
        {
            return false;
        }

        _state = _state with { TookUp = true };
        var range = new LeftRange(_request.Pipeline, Plan.First!, Plan.Last!, Plan.Lookback);
        var left = await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.FindLeftAsync(range), Steps.BackfillPlan);
        _state = _state with { Retry = [.. _state.Retry, .. left.Where(p => !_state.Skip.Contains(p) && !_running.ContainsKey(p) && !_state.Retry.Contains(p))] };
        return IsLeft;
    }

    /// <summary>The partitions behind one, which this backfill runs as well.</summary>
    private List<string>? Following(int index, int lookback)
    {
        if (index >= Plan.Count)
        {
            return _state.Retry.Count > 0 ? [_state.Retry[0]] : null;
        }

        var from = Math.Max(0, index + 1 - _pageStart);
        var following = index < 0 ? [] : _page.Skip(from).Take(lookback).Where(p => !_state.Skip.Contains(p)).ToList();
        return following.Count > 0 ? following : null;
    }

    private async Task<(string Partition, int Index)> NextAsync()
    {
        if (_state.Next >= Plan.Count)
        {
            var again = _state.Retry[0];
            _state = _state with { Retry = [.. _state.Retry.Skip(1)] };
            return (again, Workflow.Patched("repeats-in-turn") ? Plan.Count + _repeated++ : -1);
        }

        // What follows a partition must be known as far as others look back.
        if (_state.Next - _pageStart + Plan.Lookback + 1 > _page.Count && _pageStart + _page.Count < Plan.Count)
        {
            _pageStart = _state.Next;
            _page.Clear();
            _page.AddRange(await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.ReadBackfillPlanAsync(new BackfillPage(Plan.Folder, _pageStart, Page)), Steps.BackfillPlan));
        }

        var index = _state.Next;
        _state = _state with { Next = index + 1 };
        return (_page[index - _pageStart], index);
    }

    private async Task RunOneAsync(BackfillRun run, RunRequest request)
    {
        BackfillOutcome outcome;
        try
        {
            var result = await ResultAsync(run, request);
            outcome = new BackfillOutcome(
                run.Partition,
                result.Status is RunStatus.Published ? "published" : result.Status is RunStatus.Skipped ? "skipped" : "failed",
                result.Reason,
                result.Datasets.Sum(d => d.Counts.Published),
                (Workflow.UtcNow - run.BeganAt).TotalSeconds) { Cost = result.Cost };
        }
        catch (Exception e) when (e is FailureException or OperationCanceledException)
        {
            outcome = new BackfillOutcome(run.Partition, TemporalException.IsCanceledException(e) || IsLeftAlone(e) ? "cancelled" : "failed", FailureCause.Of(e), 0, (Workflow.UtcNow - run.BeganAt).TotalSeconds)
            {
                Cost = await SpentByAsync(run, request),
            };
        }

        _running.Remove(run.Partition);
        if (run.IsHeld)
        {
            _state = _state with { Held = _state.Held - 1 };
        }

        Count(outcome);
        await OpenGatesAsync();
    }

    /// <summary>Whether it is not waited any more for somebody else's run: a look at it that was under way when the backfill was cancelled is the last, and fails as all before it.</summary>
    private static bool IsLeftAlone(Exception e) =>
        Workflow.CancellationToken.IsCancellationRequested && e is ActivityFailureException { InnerException: ApplicationFailureException { ErrorType: ErrorTypes.GoesOn } };

    /// <summary>What a run that failed has cost: its failure does not tell.</summary>
    private static async Task<RunCost?> SpentByAsync(BackfillRun run, RunRequest request) =>
        run.Child is { FirstExecutionRunId: { } id } && Workflow.Patched("cost-of-failed") ? await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.ReadRunCostAsync(request, id), Steps.Record) : null;

    private async Task<RunResult> ResultAsync(BackfillRun run, RunRequest request)
    {
        while (!await StartAsync(run, request))
        {
            try
            {
                // Somebody else runs this partition: its outcome is as good as our own.
                return await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.AwaitRunAsync(request), Steps.AwaitRun);
            }
            catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { ErrorType: ErrorTypes.RunGivenUp })
            {
                // It ended with whoever had started it, and the partition is still to be run.
                Workflow.Logger.LogInformation(e, "Run {WorkflowId} of somebody else was given up: it is started anew.", request.WorkflowId);
            }
        }

        // What it waited for may have ended while it started.
        run.IsGated = request.Gated == true;
        await OpenGatesAsync();
        return await run.Child!.GetResultAsync<RunResult>();
    }

    /// <returns>Whether the run is ours; false when the partition is run already.</returns>
    private async Task<bool> StartAsync(BackfillRun run, RunRequest request)
    {
        try
        {
            run.Child = await Workflow.StartChildWorkflowAsync(
                "PipelineRun",
                [request],
                new ChildWorkflowOptions
                {
                    Id = request.WorkflowId,
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    CancellationType = ChildWorkflowCancellationType.WaitCancellationCompleted,
                    StaticSummary = $"{request.Pipeline} {request.Partition}",
                    Priority = RunPriority.Of(_request.Lane ?? RunLane.Backfill, RunPriority.Default, Plan.Tenant),
                    TypedSearchAttributes = Plan.Labels?.AtStart(request.Pipeline, request.Partition),
                });
            return true;
        }
        catch (WorkflowAlreadyStartedException)
        {
            return false;
        }
    }

    /// <summary>Lets runs make what looks back once all that they look back at has ended.</summary>
    private async Task OpenGatesAsync()
    {
        foreach (var run in _running.Values.Where(r => r is { IsGated: true, Child: not null }).OrderBy(r => r.Index).ToArray())
        {
            if (!_running.Values.Any(r => !r.IsHeld && r.Index < run.Index && r.Index >= run.Index - run.Lookback))
            {
                run.IsGated = false;
                await ProceedAsync(run.Child!.SignalAsync("proceed", []));
            }
        }
    }

    private static async Task ProceedAsync(Task signal)
    {
        try
        {
            await signal;
        }
        catch (FailureException)
        {
            // It has ended meanwhile; its result says how.
            return;
        }
    }

    private void Count(BackfillOutcome outcome)
    {
        _outcomes.Add(outcome);
        _state = _state with
        {
            Published = _state.Published + (outcome.Outcome is "published" ? 1 : 0),
            Skipped = _state.Skipped + (outcome.Outcome is "skipped" ? 1 : 0),
            Failed = _state.Failed + (outcome.Outcome is "failed" or "cancelled" ? 1 : 0),
            Rows = _state.Rows + outcome.Rows,
            Seconds = _state.Seconds + outcome.Seconds,
            Cost = RunCost.Sum(_state.Cost, outcome.Cost),
        };
        if (_request.MaxFailures is { } most && _state.Failed > most)
        {
            _reason = string.Create(CultureInfo.InvariantCulture, $"{_state.Failed} runs failed, more than the {most} allowed");
        }
        else if (_request.MaxFailurePercent is { } percent && _state.Failed > percent / 100 * Plan.Count)
        {
            _reason = string.Create(CultureInfo.InvariantCulture, $"{_state.Failed} of {Plan.Count} runs failed, more than the {percent} % allowed");
        }

        if (Spent() is { } spent && !_state.Paused && IsLeft)
        {
            _state = _state with { Paused = true, PausedBecause = spent };
        }
    }

    /// <summary>Which budget is spent, and what to do about it; null when none is.</summary>
    private string? Spent() =>
        (_state.BudgetSeconds ?? _request.BudgetSeconds) is { } seconds && _state.Seconds >= seconds
            ? string.Create(CultureInfo.InvariantCulture, $"the budget of {seconds} s of work is spent: a greater one lets it go on ('backfill set --budget', update 'set-budget')")
        : (_state.BudgetCost ?? _request.BudgetCost) is { } cost && _state.Cost?.Total >= cost
            ? string.Create(CultureInfo.InvariantCulture, $"the budget of {cost} is spent, {_state.Cost.Total:0.######} so far: a greater one lets it go on ('backfill set --cost-budget', update 'set-cost-budget')")
        : null;

    /// <summary>How long no run is to be begun; null when one may be.</summary>
    private TimeSpan? QuietFor() => QuietHours.Parse(_request.QuietHours)?.LeftAt(Workflow.UtcNow);

    /// <summary>Adds what ended to the report; what was done to the backfill is kept with it.</summary>
    private async Task RecordAsync(bool always = false)
    {
        if (_outcomes.Count > 0 || always)
        {
            // What ends while this is written, and whoever writes then, belongs to the next part.
            var part = new BackfillOutcomes(Plan.Folder, _state.Parts, [.. _outcomes]);
            _outcomes.Clear();
            _state = _state with { Parts = _state.Parts + 1 };
            await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.RecordBackfillAsync(part), Steps.Record);
        }
    }

    private BackfillProgress End(string phase)
    {
        Tell(phase);
        Labels.Tell(_state.Plan?.Labels, PipelineAttributes.Rows.ValueSet(_state.Rows));
        return Progress();
    }

    private void Tell(string phase)
    {
        _phase = phase;
        var p = Progress();
        Workflow.CurrentDetails = string.Create(
            CultureInfo.InvariantCulture,
            $"**{p.Phase}**{(p.Reason is null ? "" : ": " + p.Reason)}\n\n| planned | published | skipped | failed | held | left | at once | rows |\n|---|---|---|---|---|---|---|---|\n| {p.Plan?.Count} | {p.Published} | {p.Skipped} | {p.Failed} | {p.Held} | {p.Left} | {p.Concurrency} | {p.Rows} |\n\nPlan `{p.Plan?.Hash}`. Running: {string.Join(", ", p.Running)}\n");
    }
}
