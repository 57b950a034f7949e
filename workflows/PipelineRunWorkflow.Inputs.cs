using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows.Flow;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>Inputs that another run holds: this one waits until that one has ended, and tells those who wait for it when it has.</content>
public sealed partial class PipelineRunWorkflow
{
    /// <summary>Who holds an input may be gone without a word.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);

    private readonly SortedDictionary<string, string> _heldInputs = new(StringComparer.Ordinal);
    private readonly List<RunWatcher> _watchers = [];
    private readonly HashSet<string> _ended = [];

    /// <summary>Somebody waits for this run to end.</summary>
    [WorkflowSignal("tell-end")]
    public Task TellEndAsync(RunWatcher watcher)
    {
        _watchers.Add(watcher);
        return Task.CompletedTask;
    }

    /// <summary>A run that was waited for has ended.</summary>
    [WorkflowSignal("run-ended")]
    public Task RunEndedAsync(string runId)
    {
        _ended.Add(runId);
        return Task.CompletedTask;
    }

    private static ApplicationFailureException? HeldInputOf(ActivityFailureException e) => e.InnerException is ApplicationFailureException { ErrorType: ErrorTypes.InputHeld } held ? held : null;

    /// <summary>Waits for the end of a run that holds an input: one is enough to look again.</summary>
    private async Task AwaitInputAsync(RunPlan plan, DatasetPlan dataset, ApplicationFailureException held)
    {
        _heldInputs[dataset.Name] = held.Message;
        Tell($"waiting for held inputs: {dataset.Name}");
        try
        {
            using var pause = _clock?.Pause();
            await TellParentAsync("run-held");
            var holders = held.Details.ElementAt<IReadOnlyList<HeldRead>>(0).DistinctBy(h => h.RunId).ToArray();
            foreach (var holder in holders)
            {
                await WatchAsync(holder);
            }

            await Workflow.WaitConditionAsync(() => _failed is not null || holders.Any(h => _ended.Contains(h.RunId)), LookAgain, Work);
        }
        finally
        {
            _heldInputs.Remove(dataset.Name);
        }
    }

    private async Task WatchAsync(HeldRead holder)
    {
        try
        {
            await FlowSignals.SendAsync(holder.WorkflowId, holder.RunId, "tell-end", new RunWatcher(Workflow.Info.WorkflowId, Workflow.Info.RunId));
        }
        catch (FailureException e)
        {
            Workflow.Logger.LogInformation(e, "Run {WorkflowId} has ended already.", holder.WorkflowId);
            _ended.Add(holder.RunId);
        }
    }

    private async Task TellWatchersAsync()
    {
        while (_watchers.Count > 0)
        {
            var watcher = _watchers[0];
            _watchers.RemoveAt(0);
            try
            {
                await FlowSignals.SendAsync(watcher.WorkflowId, watcher.RunId, "run-ended", Workflow.Info.RunId);
            }
            catch (FailureException e)
            {
                Workflow.Logger.LogInformation(e, "Run {WorkflowId} has ended before the one that it waited for.", watcher.WorkflowId);
            }
        }
    }
}
