using Temporal.DevServer.Frontend;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.History;

/// <content>Ends of chains of runs, for whoever started them from inside the server.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Called with each run that has closed without a next one of its chain, once that is durable. Must return at once.</summary>
    public Action<RunState>? RunClosed { get; set; }

    /// <summary>How the chain that began with the run has ended, or null while it goes on.</summary>
    public async Task<ChainEnd?> FindChainEndAsync(string namespaceId, string workflowId, string firstRunId)
    {
        try
        {
            return await ReadAsync(namespaceId, workflowId, "", current => current.State.FirstRunId == firstRunId
                ? current.State.IsRunning ? null : ChainEnd.Of(current.State)
                : LastOfChain(current.Entity, firstRunId)).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code == GrpcStatusCode.NotFound)
        {
            return new ChainEnd(WorkflowExecutionStatus.Unspecified);
        }
    }

    /// <summary>The end of a chain whose id another one has taken since. The entity's lock is held.</summary>
    private ChainEnd LastOfChain(WorkflowEntity entity, string firstRunId)
    {
        var run = TryFindRun(entity, firstRunId);
        while (run?.State.CloseEvent is { } close && ChainEnd.NextRunId(close) is { Length: > 0 } next)
        {
            run = TryFindRun(entity, next);
        }

        return run is null ? new ChainEnd(WorkflowExecutionStatus.Unspecified) : ChainEnd.Of(run.State);
    }

    private void TellOfClose(RunTransition transition)
    {
        if (transition.HasClosed && transition.Successor is null)
        {
            RunClosed?.Invoke(transition.State);
        }
    }
}
