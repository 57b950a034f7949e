using Integration.Tests.Orchestration;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Integration.Tests.Flow;

/// <summary>Runs, semaphores and breakers of one server, and what the tests ask of them.</summary>
internal static class FlowHarness
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static void Configure(this TemporalWorkerOptions options, FlowStandIns stand)
    {
        options.MaxConcurrentActivities = 40;
        options.AddWorkflow<PipelineRunWorkflow>().AddWorkflow<SemaphoreWorkflow>().AddWorkflow<BreakerWorkflow>()
            .AddAllActivities(stand)
            .AddAllActivities(new FlowActivities(new PipelineFolder(TestPaths.InRepo("pipelines"))));
    }

    /// <summary>Every load belongs to the group.</summary>
    public static FlowStandIns Within(this FlowStandIns stand, GroupPlan group)
    {
        var plan = stand.Plan;
        stand.Plan = p => plan(p) with { Groups = [group], Datasets = [p.Datasets[0] with { Group = group.Name }] };
        return stand;
    }

    public static Task<WorkflowHandle<PipelineRunWorkflow, RunResult>> StartRunAsync(this ITemporalClient client, string partition, string pipeline = "x", RunLane? lane = null)
    {
        var request = new RunRequest(pipeline, partition) { Lane = lane };
        return client.StartWorkflowAsync((PipelineRunWorkflow w) => w.RunAsync(request), new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
    }

    public static Task<SemaphoreView> SemaphoreAsync(this ITemporalClient client, string group) =>
        client.GetWorkflowHandle(FlowIds.Semaphore(group)).QueryAsync<SemaphoreView>("state", []);

    public static Task<SemaphoreView> SetSemaphoreAsync(this ITemporalClient client, string group, PermitSettings settings) =>
        client.GetWorkflowHandle(FlowIds.Semaphore(group)).ExecuteUpdateAsync<SemaphoreView>("set", [settings]);

    public static async Task<SemaphoreView> UntilSemaphoreAsync(this ITemporalClient client, string group, Func<SemaphoreView, bool> condition)
    {
        SemaphoreView? seen = null;
        await UntilAsync(async () => (seen = await FindAsync(client, group)) is not null && condition(seen), () => $"Still {seen}");
        return seen!;
    }

    /// <summary>The semaphore; null before somebody has asked it.</summary>
    private static async Task<SemaphoreView?> FindAsync(ITemporalClient client, string group)
    {
        try
        {
            return await client.SemaphoreAsync(group);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string>? what = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, what?.Invoke() ?? "It does not come.");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until a workflow has started so many timers of that length.</summary>
    public static Task UntilTimersAsync(this ITemporalClient client, string workflowId, TimeSpan length, int count) => UntilAsync(
        async () => (await client.GetWorkflowHandle(workflowId).FetchHistoryAsync()).Events.Count(e => e.TimerStartedEventAttributes?.StartToFireTimeout?.ToTimeSpan() == length) >= count,
        () => $"No {count} timers of {length}");
}
