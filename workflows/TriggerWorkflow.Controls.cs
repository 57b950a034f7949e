using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>What a trigger is told, and what it makes of times that are due.</content>
public sealed partial class TriggerWorkflow
{
    private const string BySchedule = "schedule";

    /// <summary>Partitions of a schedule's time: run now, later or not at all, as the overlap policy says.</summary>
    [WorkflowUpdate("due")]
    public async Task<IReadOnlyList<TriggeredRun>> DueAsync(DueRuns due)
    {
        var others = OpenBySchedule().Order(StringComparer.Ordinal).ToArray();
        if (due.Overlap is RunOverlap.AllowAll || (others.Length == 0 && _queue.Count == 0))
        {
            return await StartAllAsync(due);
        }

        var behind = others.Length > 0 ? $"run/{_pipeline}/{others[0]} goes on" : $"{_queue.Count} earlier times wait";
        if (!due.Missed && (due.Overlap is RunOverlap.Skip || (due.Overlap is RunOverlap.BufferOne && _queue.Any(q => !q.Missed))))
        {
            var why = due.Overlap is RunOverlap.Skip ? $"overlap: {behind}" : $"overlap: {behind}, and the next place is taken";
            var whyNot = new WhyNot { Pipeline = _pipeline, Partitions = due.Partitions, By = BySchedule, Reason = why, At = due.Nominal };
            _errands.Enqueue(() => Workflow.ExecuteActivityAsync((ITriggerActivities a) => a.RecordWhyNotAsync(whyNot), Steps.Record));
            return [.. due.Partitions.Select(p => Remember(new TriggeredRun(p, "skipped", why), BySchedule, ""))];
        }

        Enqueue(due);
        if (!due.Missed && due.Overlap is RunOverlap.CancelOther or RunOverlap.TerminateOther)
        {
            foreach (var other in others)
            {
                var stop = new StopRun(new RunRequest(_pipeline, other), due.Overlap is RunOverlap.TerminateOther, $"a later time of the schedule is due: {string.Join(", ", due.Partitions)}");
                _errands.Enqueue(() => Workflow.ExecuteActivityAsync((ITriggerActivities a) => a.StopRunAsync(stop), Steps.Record));
            }
        }

        return [.. due.Partitions.Select(p => Remember(new TriggeredRun(p, "queued", behind), BySchedule, ""))];
    }

    /// <summary>Something that the pipeline may read was published, or somebody wants it to look now.</summary>
    [WorkflowSignal("published")]
    public Task PublishedAsync(PublishedNote note)
    {
        _look = true;
        return Task.CompletedTask;
    }

    /// <summary>A run tells that it waits for a decision: others need not wait for it.</summary>
    [WorkflowSignal("run-held")]
    public Task RunHeldAsync(string partition)
    {
        if (_open.ContainsKey(partition) && Workflow.Patched("held-take-no-place") && _held.Add(partition))
        {
            _look |= _found.More;
        }

        return Task.CompletedTask;
    }

    /// <summary>Looks for nothing until it is resumed; runs that are open go on, and a schedule's times still count.</summary>
    [WorkflowUpdate("pause")]
    public Task<TriggerProgress> PauseAsync(string reason)
    {
        _state = _state with { Paused = reason.Length == 0 ? "by hand" : reason };
        return Task.FromResult(Tell());
    }

    /// <summary>Looks again, at once.</summary>
    [WorkflowUpdate("resume")]
    public Task<TriggerProgress> ResumeAsync()
    {
        _state = _state with { Paused = null };
        _look = true;
        return Task.FromResult(Tell());
    }

    private async Task StartQueuedAsync()
    {
        while (IsTurnOfQueue)
        {
            var next = _queue[0];
            _queue.RemoveAt(0);
            await StartAllAsync(next);
        }
    }

    private async Task<IReadOnlyList<TriggeredRun>> StartAllAsync(DueRuns due)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"due at {due.Nominal:yyyy-MM-dd HH:mm} UTC");
        return await Workflow.WhenAllAsync(due.Partitions.Select(p => StartAsync(p, BySchedule, reason)));
    }

    /// <summary>The oldest first: missed times come in any order.</summary>
    private void Enqueue(DueRuns due)
    {
        var at = _queue.FindIndex(q => q.Nominal > due.Nominal);
        _queue.Insert(at < 0 ? _queue.Count : at, due);
    }

    private TriggeredRun Remember(TriggeredRun run, string by, string reason)
    {
        _recent.Add(string.Create(CultureInfo.InvariantCulture, $"{Workflow.UtcNow:yyyy-MM-dd HH:mm:ss} {run.Partition} {run.Outcome} by {by}{(run.Reason ?? reason) switch { "" => "", var why => ": " + why }}"));
        if (_recent.Count > RecentKept)
        {
            _recent.RemoveAt(0);
        }

        return run;
    }

    private TriggerProgress Tell()
    {
        var p = Progress();
        var page = new StringBuilder($"**{(p.Paused is { } why ? "paused: " + why : p.Problem is { } problem ? "in trouble: " + problem : p.Watches ? "watching" : "waiting for runs")}**\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{p.Started} runs started. Running: {string.Join(", ", p.Open.Select(o => $"{o.Key} ({o.Value})"))}. Queued: {string.Join(", ", p.Queued)}\n");
        foreach (var (partition, what) in p.Waiting)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {partition} waits for {what}\n");
        }

        foreach (var line in p.Recent.Reverse())
        {
            page.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        }

        Workflow.CurrentDetails = page.ToString();
        return p;
    }
}
