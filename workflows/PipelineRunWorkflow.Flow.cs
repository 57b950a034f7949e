using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows.Flow;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>Permits of concurrency groups: a step that belongs to one begins when it has one and gives it back when it has ended, however it did.</content>
public sealed partial class PipelineRunWorkflow
{
    /// <summary>A semaphore that was lost is asked again, which starts it anew.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(5);

    /// <summary>How often a step that goes on says that it has its permits: for so long at most a semaphore that was lost gives too many.</summary>
    private static readonly TimeSpan Renew = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> _permits = [];
    private readonly SortedDictionary<string, (string What, string Reason)> _waits = new(StringComparer.Ordinal);
    private int _permitCount;

    /// <summary>Run id that names permits: of a run that was reset the one it had before, as its history is full of it.</summary>
    private static string PermitOwner => Workflow.Info.ContinuedRunId is null ? Workflow.Info.FirstExecutionRunId : Workflow.Info.RunId;

    /// <summary>A permit that the run has asked for is its own.</summary>
    [WorkflowSignal("permit")]
    public Task PermitAsync(PermitGrant grant)
    {
        _permits.Add(grant.Id);
        return Task.CompletedTask;
    }

    /// <summary>Why a permit has to be waited for.</summary>
    [WorkflowSignal("permit-wait")]
    public Task PermitWaitAsync(PermitWait wait)
    {
        if (_waits.TryGetValue(wait.Id, out var seen))
        {
            _waits[wait.Id] = (seen.What, wait.Reason);
            Tell(_step);
        }

        return Task.CompletedTask;
    }

    /// <summary>Does a step within groups; without groups it is just done.</summary>
    private Task<T> WithinAsync<T>(RunPlan plan, string name, Func<GroupPlan, bool> belongs, Func<Task<T>> step) =>
        plan.Groups?.Where(belongs).OrderBy(g => g.Name, StringComparer.Ordinal).ToArray() is { Length: > 0 } groups ? WithinAsync(plan, name, groups, step) : step();

    private async Task<T> WithinAsync<T>(RunPlan plan, string name, IReadOnlyList<GroupPlan> groups, Func<Task<T>> step)
    {
        // In the order of their names: whoever needs two of them can never wait for one that has the other.
        var asked = new List<PermitRequest>();
        var release = (Outcome: PermitOutcome.Unknown, Why: (string?)null);
        try
        {
            foreach (var group in groups)
            {
                var request = RequestOf(plan, name, group);
                await TakeAsync(request, asked);
            }

            var result = await HoldingAsync(asked, step());
            release.Outcome = PermitOutcome.Succeeded;
            return result;
        }
        catch (ActivityFailureException e) when (TellsOfSource(e))
        {
            release = (PermitOutcome.Failed, e.InnerException?.Message ?? e.Message);
            throw;
        }
        finally
        {
            foreach (var request in asked)
            {
                await GiveBackAsync(request, new PermitRelease(request.Id, release.Outcome, release.Why));
            }
        }
    }

    private PermitRequest RequestOf(RunPlan plan, string name, GroupPlan group) => new()
    {
        Id = $"{PermitOwner}/{++_permitCount}",
        WorkflowId = Workflow.Info.WorkflowId,
        RunId = Workflow.Info.RunId,
        Step = name,
        Pipeline = plan.Request.Pipeline,
        Group = group,
        Lane = plan.Request.Lane ?? RunLane.Live,
        Priority = plan.Priority ?? RunPriority.Default,
        Tenant = plan.Tenant ?? "default",
    };

    /// <summary>Waits for a step. Whoever lost its book of permits hears of those that the step has.</summary>
    private static async Task<T> HoldingAsync<T>(IReadOnlyList<PermitRequest> permits, Task<T> step)
    {
        if (Workflow.Patched("permits-renewed"))
        {
            while (!await Workflow.WaitConditionAsync(() => step.IsCompleted, Renew, CancellationToken.None))
            {
                await RenewAsync(permits);
            }
        }

        return await step;
    }

    private static async Task RenewAsync(IEnumerable<PermitRequest> permits)
    {
        foreach (var permit in permits)
        {
            try
            {
                await AskAsync(permit with { IsHeld = true });
            }
            catch (FailureException e)
            {
                Workflow.Logger.LogWarning(e, "Semaphore of '{Group}' could not be told of a permit; it is told again.", permit.Group.Name);
            }
        }
    }

    private static Task AskAsync(PermitRequest request) =>
        FlowSignals.StartAndSendAsync(FlowIds.Semaphore(request.Group.Name), FlowIds.SemaphoreType, new SemaphoreState { Group = request.Group.Name }, "acquire", request);

    private async Task TakeAsync(PermitRequest request, List<PermitRequest> asked)
    {
        PermitRequest[] held = [.. asked];
        asked.Add(request);
        _waits[request.Id] = ($"{request.Step} waits for a permit of '{request.Group.Name}'", "its semaphore was asked");
        Tell($"waiting for a permit of '{request.Group.Name}'");
        try
        {
            using var pause = _clock?.Pause();
            await AskAsync(request);
            while (!await Workflow.WaitConditionAsync(() => _permits.Contains(request.Id), AskAgain, Work))
            {
                await AskAsync(request);
                await RenewAsync(Workflow.Patched("permits-renewed") ? held : []);
            }
        }
        finally
        {
            _waits.Remove(request.Id);
        }
    }

    private async Task GiveBackAsync(PermitRequest request, PermitRelease release)
    {
        _permits.Remove(request.Id);
        try
        {
            await FlowSignals.SendAsync(FlowIds.Semaphore(request.Group.Name), null, "release", release);
        }
        catch (FailureException e)
        {
            // It is gone, and every permit with it.
            Workflow.Logger.LogWarning(e, "Semaphore of '{Group}' is not there to take a permit back.", request.Group.Name);
        }
    }

    /// <summary>Whether a step failed because something did not answer: bad data, a wrong model or a cancellation say nothing of the source.</summary>
    private static bool TellsOfSource(ActivityFailureException e) =>
        !TemporalException.IsCanceledException(e) && e.InnerException is ApplicationFailureException { NonRetryable: false } or TimeoutFailureException;
}
