using Orchestrator.Activities.Contracts;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Windows;

/// <summary>Ends runs that hold rows of files that have been replaced or deleted since: nobody need decide about what is not there any more.</summary>
/// <param name="lake">The lake with the holds.</param>
/// <param name="client">Connection to the Temporal service.</param>
internal sealed class OutdatedHolds(LakeRoot lake, ITemporalClient client)
{
    /// <summary>Ends them, and waits until they have ended.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="fingerprintOf">Fingerprint of a partition's files as they are now: empty when there are none, null when nobody has looked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Partitions whose rows are held as the sources have them now: only a decision changes them.</returns>
    public async Task<IReadOnlySet<string>> EndAsync(string pipeline, Func<string, string?> fingerprintOf, CancellationToken cancellationToken)
    {
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in (await lake.Holds.OpenAsync(pipeline, cancellationToken)).GroupBy(h => (h.WorkflowId, h.RunId)))
        {
            var hold = run.First();
            var now = fingerprintOf(hold.Partition);

            // Holds of older workers do not tell what they were made from.
            if (hold.InputFingerprint.Length == 0 || now is null || now == hold.InputFingerprint)
            {
                waiting.Add(hold.Partition);
                continue;
            }

            var handle = client.GetWorkflowHandle(run.Key.WorkflowId, run.Key.RunId);
            try
            {
                await handle.SignalAsync("supersede", [now.Length == 0 ? "its files are gone" : "its files have been replaced"]);
                await handle.GetResultAsync<RunResult>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken });
            }
            catch (Exception e) when (e is WorkflowFailedException or RpcException { Code: RpcException.StatusCode.NotFound })
            {
                // It has ended, which is what was wanted.
                continue;
            }
        }

        return waiting;
    }
}
