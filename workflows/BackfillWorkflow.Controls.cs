using System.Globalization;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>What can be told to a backfill while it goes on.</content>
public sealed partial class BackfillWorkflow
{
    private const string ByHand = "paused by hand";

    /// <summary>Lets the backfill begin; the hash says which plan was looked at.</summary>
    [WorkflowUpdate("approve")]
    public Task<BackfillProgress> ApproveAsync(string hash) => ChangeAsync(_state with { Approved = true });

    [WorkflowUpdateValidator(nameof(ApproveAsync))]
    public void ValidateApprove(string hash)
    {
        if (_state.Plan is null || _state.Plan.Hash != hash)
        {
            throw Refused($"The plan has hash '{_state.Plan?.Hash ?? "(not made yet)"}', seen '{hash}'. Help: look at the plan with 'orchestrator backfill status' and approve what it says.");
        }
    }

    /// <summary>Begins no more runs; those that are open go on.</summary>
    [WorkflowUpdate("pause")]
    public Task<BackfillProgress> PauseAsync() => ChangeAsync(_state with { Paused = true, PausedBecause = ByHand });

    /// <summary>Begins runs again.</summary>
    [WorkflowUpdate("resume")]
    public Task<BackfillProgress> ResumeAsync() => ChangeAsync(_state with { Paused = false, PausedBecause = null });

    [WorkflowUpdateValidator(nameof(ResumeAsync))]
    public void ValidateResume()
    {
        if (Spent() is { } spent)
        {
            throw Refused($"It cannot go on: {spent}. Help: 'orchestrator backfill set' raises a budget and lets it go on.");
        }
    }

    /// <summary>Changes how many runs go on at once; those that are open are not ended.</summary>
    [WorkflowUpdate("set-concurrency")]
    public Task<BackfillProgress> SetConcurrencyAsync(int concurrency) => ChangeAsync(_state with { Concurrency = concurrency });

    [WorkflowUpdateValidator(nameof(SetConcurrencyAsync))]
    public void ValidateSetConcurrency(int concurrency)
    {
        if (concurrency is < 1 or > 1_000)
        {
            throw Refused($"Runs at once: expected 1 to 1000, seen {concurrency}. Help: pause the backfill to begin none.");
        }
    }

    /// <summary>Leaves a partition out that has not begun.</summary>
    [WorkflowUpdate("skip")]
    public Task<BackfillProgress> SkipAsync(string partition) => ChangeAsync(_state with { Skip = [.. _state.Skip.Append(partition).Distinct()], Retry = [.. _state.Retry.Where(p => p != partition)] });

    [WorkflowUpdateValidator(nameof(SkipAsync))]
    public void ValidateSkip(string partition)
    {
        if (string.IsNullOrEmpty(partition) || _running.ContainsKey(partition))
        {
            throw Refused($"Partition '{partition}' runs already. Help: cancel its run 'run/{_request.Pipeline}/{partition}' instead.");
        }
    }

    /// <summary>Runs the partitions that failed again, behind those that have not begun.</summary>
    [WorkflowUpdate("retry-failed")]
    public async Task<BackfillProgress> RetryFailedAsync()
    {
        await Workflow.WaitConditionAsync(() => !_retrying);
        _retrying = true;
        try
        {
            // One that is being repeated already may end well before the report says so.
            var repeated = _state.Retry.Concat(_running.Keys).ToHashSet();
            await RecordAsync();
            var failed = await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.ReadBackfillFailuresAsync(Plan.Folder), Steps.BackfillPlan);
            string[] again = [.. failed.Where(p => !repeated.Contains(p))];
            _reason = null;
            return await ChangeAsync(_state with { Retry = [.. _state.Retry, .. again], Failed = Math.Max(0, _state.Failed - again.Length) });
        }
        finally
        {
            _retrying = false;
        }
    }

    [WorkflowUpdateValidator(nameof(RetryFailedAsync))]
    public void ValidateRetryFailed()
    {
        if (_state.Plan is null)
        {
            throw Refused("Nothing has run yet: its plan is being made. Help: ask again when it runs.");
        }
    }

    /// <summary>Gives the backfill another budget, seconds of work in all. One that had paused because its budget was spent goes on.</summary>
    [WorkflowUpdate("set-budget")]
    public Task<BackfillProgress> SetBudgetAsync(double seconds) => RaiseAsync(_state with { BudgetSeconds = seconds });

    [WorkflowUpdateValidator(nameof(SetBudgetAsync))]
    public void ValidateSetBudget(double seconds)
    {
        if (!(seconds > _state.Seconds))
        {
            throw Refused($"Budget: expected more than the {_state.Seconds:0} s that are spent, seen {seconds:0}. Help: give a greater one.");
        }
    }

    /// <summary>Gives the backfill another budget, cost in all. One that had paused because its budget was spent goes on.</summary>
    [WorkflowUpdate("set-cost-budget")]
    public Task<BackfillProgress> SetCostBudgetAsync(decimal cost) => RaiseAsync(_state with { BudgetCost = cost });

    [WorkflowUpdateValidator(nameof(SetCostBudgetAsync))]
    public void ValidateSetCostBudget(decimal cost)
    {
        if (!(cost > (_state.Cost?.Total ?? 0)))
        {
            throw Refused(string.Create(CultureInfo.InvariantCulture, $"Budget: expected more than the {_state.Cost?.Total ?? 0:0.######} that are spent, seen {cost}. Help: give a greater one."));
        }
    }

    /// <summary>A run tells that it waits for a decision.</summary>
    [WorkflowSignal("run-held")]
    public async Task RunHeldAsync(string partition)
    {
        if (_running.TryGetValue(partition, out var run) && !run.IsHeld)
        {
            run.IsHeld = true;
            _state = _state with { Held = _state.Held + 1 };
            if (Workflow.Patched("report-held"))
            {
                // What becomes of it later takes its place in the report.
                _outcomes.Add(new BackfillOutcome(partition, "held", "waits for a decision, or for a run that does: 'orchestrator holds' says which", 0, (Workflow.UtcNow - run.BeganAt).TotalSeconds));
            }

            await OpenGatesAsync();
        }
    }

    /// <summary>Two budgets may be spent at once: it goes on when none is.</summary>
    private Task<BackfillProgress> RaiseAsync(BackfillState state)
    {
        // Who paused it ends the pause.
        if (_state is { Paused: true, PausedBecause: ByHand } && Workflow.Patched("raise-keeps-pause"))
        {
            return ChangeAsync(state);
        }

        _state = state;
        return ChangeAsync(Spent() is { } spent ? _state with { PausedBecause = spent } : _state with { Paused = false, PausedBecause = null });
    }

    /// <summary>A run has waited long for the partitions before it: it is told again what it may not have heard.</summary>
    [WorkflowSignal("run-gated")]
    public async Task RunGatedAsync(string partition)
    {
        if (!_running.TryGetValue(partition, out var run) || !run.IsGated)
        {
            await ProceedAsync(Workflow.GetExternalWorkflowHandle(new RunRequest(_request.Pipeline, partition).WorkflowId).SignalAsync("proceed", []));
        }
    }

    private Task<BackfillProgress> ChangeAsync(BackfillState state)
    {
        _state = state;
        return Task.FromResult(Progress());
    }

    private static ApplicationFailureException Refused(string message) => new(message, ErrorTypes.DecisionRefused, nonRetryable: true);
}
