using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities;

/// <summary>The activities of flow control; see <see cref="IFlowActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
public sealed class FlowActivities(PipelineFolder pipelines) : IFlowActivities
{
    /// <inheritdoc/>
    [Activity]
    public async Task<IReadOnlyList<string>> FindEndedAsync(IReadOnlyList<PermitHolder> holders)
    {
        var ended = new List<string>();
        var context = ActivityExecutionContext.Current;
        foreach (var holder in holders)
        {
            if (!await RunLiveness.IsOpenAsync(context.TemporalClient, holder.WorkflowId, holder.RunId, context.CancellationToken))
            {
                ended.Add(holder.Id);
            }
        }

        return ended;
    }

    /// <inheritdoc/>
    [Activity]
    public async Task<FlowRoom> FindRoomAsync(FlowRoomRequest request)
    {
        var context = ActivityExecutionContext.Current;
        return await RoomAsync(context.TemporalClient, pipelines.Load(request.Pipeline), context.CancellationToken);
    }

    /// <summary>Whether the groups of a pipeline's sources take more work: a breaker that is open, or as many waiting as may run, and they do not.</summary>
    /// <param name="client">Client of the service.</param>
    /// <param name="spec">The pipeline.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<FlowRoom> RoomAsync(ITemporalClient client, Pipelines.PipelineSpec spec, CancellationToken cancellationToken)
    {
        foreach (var group in spec.Sources.Values.Select(s => s.ConcurrencyGroup).Concat(spec.Datasets.Select(d => d.ConcurrencyGroup)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (await StateAsync(client, group, cancellationToken) is { } state && (state.Breaker.Phase is BreakerPhase.Open || state.WaitingCount >= Math.Max(1, state.Capacity)))
            {
                return new FlowRoom(false, $"concurrency group '{group}': {state.WaitingCount} steps wait; {state.Blocked ?? "its permits are being granted"}");
            }
        }

        return new FlowRoom(true);
    }

    /// <summary>A group's semaphore; null when nobody has asked for a permit yet.</summary>
    private static async Task<SemaphoreView?> StateAsync(ITemporalClient client, string group, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetWorkflowHandle(FlowIds.Semaphore(group))
                .QueryAsync<SemaphoreView>("state", [], new WorkflowQueryOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }
    }
}
