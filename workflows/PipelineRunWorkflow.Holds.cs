using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>Rows that wait for somebody's decision.</content>
public sealed partial class PipelineRunWorkflow
{
    private readonly SortedDictionary<string, Hold> _holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Decision> _decisions = [];
    private readonly HashSet<string> _recorded = [];
    private readonly List<Waiver> _waivers = [];
    private int _holdCount;
    private string? _failed;

    /// <summary>What waits for a decision now.</summary>
    [WorkflowQuery("holds")]
    public IReadOnlyList<Hold> Holds() => [.. _holds.Values];

    /// <summary>Publishes what is held in spite of the rules it breaks.</summary>
    [WorkflowUpdate("approve")]
    public Task<Decision> ApproveAsync(DecisionRequest request) => DecideAsync("approve", request);

    [WorkflowUpdateValidator(nameof(ApproveAsync))]
    public void ValidateApprove(DecisionRequest request)
    {
        Find(request);
        if (request.Until is { } until && until <= Workflow.UtcNow)
        {
            throw Refused($"An approval that holds for further runs needs a time to come as 'until', seen {until:u}. Help: give it as 2026-01-31T00:00:00Z, or none for this run only.");
        }
    }

    /// <summary>Ends the run; nothing of it is published.</summary>
    [WorkflowUpdate("reject")]
    public Task<Decision> RejectAsync(DecisionRequest request) => DecideAsync("reject", request);

    [WorkflowUpdateValidator(nameof(RejectAsync))]
    public void ValidateReject(DecisionRequest request) => Find(request);

    /// <summary>Makes the held rows again, from the same inputs.</summary>
    [WorkflowUpdate("retry")]
    public Task<Decision> RetryAsync(DecisionRequest request) => DecideAsync("retry", request);

    [WorkflowUpdateValidator(nameof(RetryAsync))]
    public void ValidateRetry(DecisionRequest request) => Find(request);

    /// <summary>Lets a rule pass until a time, for this run and for those to come.</summary>
    [WorkflowUpdate("waive")]
    public Task<Decision> WaiveAsync(DecisionRequest request) => DecideAsync("waive", request);

    [WorkflowUpdateValidator(nameof(WaiveAsync))]
    public void ValidateWaive(DecisionRequest request)
    {
        var hold = Find(request);
        if (request.Until is not { } until || until <= Workflow.UtcNow)
        {
            throw Refused($"A waiver needs a time to come as 'until', seen {request.Until?.ToString("u") ?? "none"}. Help: give it as 2026-01-31T00:00:00Z.");
        }

        if (request.Rule is { } rule && !hold.Rules.Contains(rule))
        {
            throw Refused($"Rule '{rule}' is not broken: expected one of {string.Join(", ", hold.Rules.Select(r => $"'{r}'"))}. Help: name a broken rule, or none for all of them.");
        }
    }

    /// <summary>Ends the run if it holds rows: what they were made from has been replaced since, so that nobody need decide about them.</summary>
    [WorkflowSignal("supersede")]
    public Task SupersedeAsync(string reason)
    {
        Supersede(reason);
        return Task.CompletedTask;
    }

    private void Supersede(string reason)
    {
        foreach (var hold in _holds.Values.Where(h => !_decisions.ContainsKey(h.Dataset)))
        {
            _decisions[hold.Dataset] = new Decision("supersede", "orchestrator", reason, Workflow.UtcNow);
        }
    }

    /// <summary>Stages a dataset beside others: when one of them fails nothing of the run will be published, so nobody need decide about the others.</summary>
    private async Task StageWithOthersAsync(RunPlan plan, DatasetPlan dataset, IReadOnlyList<LandedFile> landed, Steps steps)
    {
        try
        {
            await StageAsync(plan, dataset, landed, steps);
        }
        catch (FailureException e) when (_failed is null && !TemporalException.IsCanceledException(e))
        {
            if (Workflow.Patched("fail-with-others"))
            {
                _failed = $"'{dataset.Name}' of the same run has failed: {(e.InnerException ?? e).Message.Split('\n')[0]}";
                Supersede(_failed);
            }

            throw;
        }
    }

    private Task<Decision> DecideAsync(string kind, DecisionRequest request)
    {
        var hold = Find(request);
        var decision = new Decision(kind, request.By, request.Reason, Workflow.UtcNow, request.Rule, request.Until);
        _decisions[hold.Dataset] = decision;
        return Task.FromResult(decision);
    }

    /// <summary>The hold that a decision is about; throws when the decision cannot be taken.</summary>
    private Hold Find(DecisionRequest request)
    {
        var open = _holds.Values.Where(h => !_decisions.ContainsKey(h.Dataset)).ToArray();
        var hold = open.FirstOrDefault(h => h.Dataset == request.Dataset) ?? (request.Dataset is null && open is [var only] ? only : null);
        if (hold is null)
        {
            throw Refused(open.Length == 0
                ? "Nothing waits for a decision in this run. Help: 'orchestrator holds' lists what does."
                : $"No dataset '{request.Dataset}' waits for a decision: expected one of {string.Join(", ", open.Select(h => $"'{h.Dataset}'"))}. Help: name the dataset.");
        }

        if (request.Version is { } version && version != hold.Version)
        {
            throw Refused($"The decision is about hold {version} of '{hold.Dataset}', which is at {hold.Version}: the rows were made again since. Help: look at them and decide again.");
        }

        if (request.By.Length == 0 || request.Reason.Length == 0)
        {
            throw Refused("A decision needs who decides ('by') and why ('reason'). Help: give both.");
        }

        if (!hold.Approvers.Contains(request.By) && !hold.Approvers.Intersect(request.Roles).Any())
        {
            throw Refused($"'{request.By}' may not decide about '{hold.Dataset}': expected one of {string.Join(", ", hold.Approvers.Select(a => $"'{a}'"))}, or somebody in such a role. Help: ask one of them, or change 'approvers' in the pipeline.");
        }

        return hold;
    }

    /// <summary>Waits for a decision; it is raised again, or rejected, when nobody takes one in time.</summary>
    private async Task<Decision> HoldAsync(RunPlan plan, DatasetPlan dataset, IReadOnlyList<string> rules, string problem)
    {
        if (_failed is { } failed)
        {
            return new Decision("supersede", "orchestrator", failed, Workflow.UtcNow);
        }

        var hold = new Hold
        {
            WorkflowId = Workflow.Info.WorkflowId,
            RunId = Workflow.Info.RunId,
            Pipeline = plan.Request.Pipeline,
            Partition = plan.Request.Partition,
            Dataset = dataset.Name,
            Version = ++_holdCount,
            Rules = rules,
            Problem = problem,
            InputFingerprint = plan.InputFingerprint,
            Approvers = dataset.Gate.Approvers,
            RaisedAt = Workflow.UtcNow,
            ExpiresAt = Workflow.UtcNow + dataset.Gate.HoldExpires,
        };
        var decided = new Decision("cancel", "orchestrator", "the run was cancelled", Workflow.UtcNow);
        try
        {
            using var pause = _clock?.Pause();
            TellGate(plan, "held");
            await RaiseAsync(hold);
            await TellParentAsync("run-held");
            while (!await Workflow.WaitConditionAsync(() => _decisions.ContainsKey(dataset.Name), dataset.Gate.HoldExpires))
            {
                if (_decisions.ContainsKey(dataset.Name))
                {
                    // It came together with the timer: who decided was told that it counts.
                    break;
                }

                if (dataset.Gate.RejectOnExpiry)
                {
                    return decided = new Decision("expire", "orchestrator", $"nobody decided within {dataset.Gate.HoldExpires}", Workflow.UtcNow);
                }

                hold = hold with { Reminders = hold.Reminders + 1, ExpiresAt = Workflow.UtcNow + dataset.Gate.HoldExpires };
                await RaiseAsync(hold);
            }

            return decided = _decisions[dataset.Name];
        }
        finally
        {
            _holds.Remove(dataset.Name);
            _recorded.Remove(dataset.Name);
            _decisions.Remove(dataset.Name);
            TellGate(plan, _holds.Count > 0 ? "held" : decided.Kind switch { "approve" => "approved", "waive" => "waived", "retry" => "retried", "expire" => "expired", _ => "rejected" });
            await RecordHoldAsync(hold with { Decision = decided });
        }
    }

    private async Task RaiseAsync(Hold hold)
    {
        _holds[hold.Dataset] = hold;
        Tell($"held: {hold.Dataset}");
        await RecordHoldAsync(hold);
        _recorded.Add(hold.Dataset);
    }

    private static Task RecordHoldAsync(Hold hold) => Workflow.ExecuteActivityAsync((IPipelineActivities a) => a.RecordHoldAsync(hold), Steps.Record);

    private void TellGate(RunPlan plan, string state)
    {
        _gate = state;
        Labels.Tell(plan.Labels, PipelineAttributes.GateState.ValueSet(state));
    }

    /// <summary>Tells whoever has started the run, a backfill or a trigger, that it waits: others go on meanwhile.</summary>
    /// <returns>Whether it is there to hear it.</returns>
    private async Task<bool> TellParentAsync(string signal)
    {
        if (Workflow.Info.Parent is not { } parent)
        {
            return false;
        }

        try
        {
            await Workflow.GetExternalWorkflowHandle(parent.WorkflowId).SignalAsync(signal, [_partition]);
            return true;
        }
        catch (FailureException e)
        {
            // A parent that has ended need not know.
            Workflow.Logger.LogInformation(e, "{WorkflowId} has ended before '{Signal}' reached it.", parent.WorkflowId, signal);
            return false;
        }
    }

    private static ApplicationFailureException Refused(string message) => new(message, ErrorTypes.DecisionRefused, nonRetryable: true);
}
