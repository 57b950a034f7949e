using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Triggers;

/// <summary>Brings the service to what pipelines declare: their schedules, and the triggers that watch for them. Doing it again changes nothing.</summary>
/// <param name="client">Connection to the service.</param>
/// <param name="taskQueue">Queue of the workers.</param>
public sealed class ScheduleSync(ITemporalClient client, string taskQueue)
{
    private static readonly string Prefix = TickRequest.ScheduleId("");

    /// <summary>What differs between pipelines and service.</summary>
    /// <param name="specs">The pipelines.</param>
    /// <param name="known">Names of pipelines whose schedules stay although they are not among <paramref name="specs"/>; null to look for no others.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ScheduleChange>> CompareAsync(IReadOnlyList<PipelineSpec> specs, IReadOnlySet<string>? known, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specs);
        var changes = new List<ScheduleChange>();
        foreach (var spec in specs)
        {
            if (await ScheduleOfAsync(spec, cancellationToken) is { } change)
            {
                changes.Add(change);
            }

            if (spec.Triggers.Data is not null || spec.Triggers.Arrivals.Count > 0)
            {
                changes.Add(new ScheduleChange(spec.Name, await IsWatchedAsync(spec.Name, cancellationToken) ? "none" : "watch", []));
            }
        }

        if (known is not null)
        {
            var there = await FoundAsync(cancellationToken);
            changes.AddRange(there.Keys.Where(p => !known.Contains(p) && specs.All(s => s.Name != p)).Order(StringComparer.Ordinal).Select(p => new ScheduleChange(p, "delete", [])));
        }

        return changes;
    }

    /// <summary>Does what a comparison has found.</summary>
    public async Task ApplyAsync(ScheduleChange change, PipelineSpec? spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        var handle = client.GetScheduleHandle(TickRequest.ScheduleId(change.Pipeline));
        switch (change.Action)
        {
            case "create":
                await client.CreateScheduleAsync(handle.Id, PipelineSchedule.Of(spec!, taskQueue), new ScheduleOptions { Rpc = rpc });
                break;
            case "update":
                // Whether it rests is for people to say, and they have.
                await handle.UpdateAsync(u => new ScheduleUpdate(PipelineSchedule.Of(spec!, taskQueue) with { State = u.Description.Schedule.State }), rpc);
                break;
            case "delete":
                await handle.DeleteAsync(rpc);
                break;
            case "watch":
                var request = new TriggerRequest(change.Pipeline);
                await client.StartWorkflowAsync(
                    "Trigger",
                    [request],
                    new WorkflowOptions(request.WorkflowId, taskQueue) { IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting, StaticSummary = $"triggers of {change.Pipeline}", Rpc = rpc });
                break;
            default:
                break;
        }
    }

    /// <summary>The schedules of pipelines that the service holds, by pipeline.</summary>
    public async Task<IReadOnlyDictionary<string, ScheduleListDescription>> FoundAsync(CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, ScheduleListDescription>(StringComparer.Ordinal);
        await foreach (var schedule in client.ListSchedulesAsync().WithCancellation(cancellationToken))
        {
            if (schedule.Id.StartsWith(Prefix, StringComparison.Ordinal))
            {
                found[schedule.Id[Prefix.Length..]] = schedule;
            }
        }

        return found;
    }

    /// <summary>A pipeline's schedule as the service holds it; null when it holds none.</summary>
    public async Task<ScheduleDescription?> FindAsync(string pipeline, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetScheduleHandle(TickRequest.ScheduleId(pipeline)).DescribeAsync(new RpcOptions { CancellationToken = cancellationToken });
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Whether a pipeline's trigger is at work.</summary>
    public async Task<bool> IsWatchedAsync(string pipeline, CancellationToken cancellationToken)
    {
        try
        {
            var trigger = await client.GetWorkflowHandle(TriggerRequest.WorkflowIdOf(pipeline)).DescribeAsync(new() { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
            return trigger.Status is WorkflowExecutionStatus.Running;
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task<ScheduleChange?> ScheduleOfAsync(PipelineSpec spec, CancellationToken cancellationToken)
    {
        var found = await FindAsync(spec.Name, cancellationToken);
        if (spec.Schedule is null)
        {
            return found is null ? null : new ScheduleChange(spec.Name, "delete", []);
        }

        if (found is null)
        {
            return new ScheduleChange(spec.Name, "create", []);
        }

        var differences = PipelineSchedule.Differences(PipelineSchedule.Of(spec, taskQueue), found.Schedule);
        return new ScheduleChange(spec.Name, differences.Count > 0 ? "update" : "none", differences);
    }
}
