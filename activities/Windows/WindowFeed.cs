using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Temporalio.Client;

namespace Orchestrator.Activities.Windows;

/// <summary>Tells windows what a look through their pipeline's sources found.</summary>
/// <param name="spec">The pipeline.</param>
/// <param name="lake">The lake.</param>
public sealed class WindowFeed(PipelineSpec spec, LakeRoot lake)
{
    private const int MostIgnored = 100;

    /// <summary>Looks, and signals the window of each partition of which something is new, has changed or went; a window that is not there is started.</summary>
    /// <param name="client">Connection to the Temporal service.</param>
    /// <param name="taskQueue">Task queue of the windows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<FeedResult> RunAsync(ITemporalClient client, string taskQueue, CancellationToken cancellationToken) => RunAsync(client, taskQueue, null, cancellationToken);

    /// <summary>Looks, and signals the windows of some partitions.</summary>
    /// <param name="client">Connection to the Temporal service.</param>
    /// <param name="taskQueue">Task queue of the windows.</param>
    /// <param name="only">The partitions; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<FeedResult> RunAsync(ITemporalClient client, string taskQueue, IReadOnlyCollection<string>? only, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        WindowPlanner.LatenessOf(spec);
        var found = await new ArrivalDiscovery(spec, lake).DiscoverAsync(cancellationToken);
        var windows = new WindowStore(lake.Store);
        var held = (await lake.Holds.OpenAsync(spec.Name, cancellationToken)).Select(h => (h.Partition, h.InputFingerprint)).ToHashSet();
        var told = new List<string>();
        var count = 0;
        foreach (var partition in found.Partitions.Where(p => only?.Contains(p.Partition.Value) != false && p.Arrivals.Count > 0 && !held.Contains((p.Partition.Value, p.InputFingerprint))))
        {
            var window = await windows.ReadAsync(spec.Name, partition.Partition.Value, cancellationToken);
            var arrivals = partition.Arrivals.Where(a => window?.IsSettled(a) != true).ToArray();
            if (arrivals.Length == 0)
            {
                continue;
            }

            foreach (var arrival in arrivals)
            {
                await SignalAsync(client, taskQueue, new WindowRequest(spec.Name, partition.Partition.Value), arrival, cancellationToken);
            }

            told.Add(partition.Partition.Value);
            count += arrivals.Length;
        }

        return new FeedResult(told, count, [.. found.Ignored.Take(MostIgnored).Select(i => $"{i.Path}: {i.Reason}")]);
    }

    /// <summary>Tells a window of one arrival, and starts it if it is not there.</summary>
    public static Task SignalAsync(ITemporalClient client, string taskQueue, WindowRequest window, Arrival arrival, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(window);
        return client.StartWorkflowAsync(
            "PartitionWindow",
            [window],
            new WorkflowOptions(window.WorkflowId, taskQueue)
            {
                StartSignal = "late",
                StartSignalArgs = [arrival],
                StaticSummary = $"{window.Pipeline} {window.Partition}",
                Rpc = new RpcOptions { CancellationToken = cancellationToken },
            });
    }
}
