using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Triggers;

/// <summary>
/// Tells the triggers of other pipelines that a run has published what they may read. It only makes them look sooner: one that is told nothing finds it at its next poll, hence
/// what goes wrong here fails no run.
/// </summary>
/// <param name="pipelines">Where pipelines are found.</param>
public sealed class PublishedNotes(PipelineFolder pipelines)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (long At, IReadOnlyList<string> Names)> _readers = new(StringComparer.Ordinal);

    /// <summary>Tells them.</summary>
    public async Task TellAsync(ITemporalClient client, LedgerEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(entry);
        var (pipeline, partition) = (entry.Result.Request.Pipeline, entry.Result.Request.Partition);
        foreach (var reader in entry.Result.Status is RunStatus.Published ? ReadersOf(pipeline) : [])
        {
            try
            {
                await client.GetWorkflowHandle(TriggerRequest.WorkflowIdOf(reader))
                    .SignalAsync("published", [new PublishedNote(pipeline, partition)], new WorkflowSignalOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
            }
            catch (RpcException)
            {
                // Its triggers were not applied, or the service is away for a moment: the poll finds it.
                continue;
            }
        }
    }

    /// <summary>Pipelines that are started by datasets of another; looked up every few seconds at most.</summary>
    private IReadOnlyList<string> ReadersOf(string pipeline)
    {
        if (_readers.TryGetValue(pipeline, out var known) && TimeProvider.System.GetElapsedTime(known.At) < Fresh)
        {
            return known.Names;
        }

        string[] names = [.. pipelines.All().Where(s => s.Triggers.Data is { } data && data.Inputs.Any(i => s.Inputs[i].Pipeline == pipeline)).Select(s => s.Name)];
        _readers[pipeline] = (TimeProvider.System.GetTimestamp(), names);
        return names;
    }
}
