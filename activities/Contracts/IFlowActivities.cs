// One file because the interface and what it asks and answers are one contract.
using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>What flow control asks of its surroundings.</summary>
public interface IFlowActivities
{
    /// <summary>Of those who have permits, the requests whose runs have ended without giving them back. Safe to repeat: reads only.</summary>
    [Activity]
    Task<IReadOnlyList<string>> FindEndedAsync(IReadOnlyList<PermitHolder> holders);

    /// <summary>Whether the groups of a pipeline's sources take more work now. Safe to repeat: reads only.</summary>
    [Activity]
    Task<FlowRoom> FindRoomAsync(FlowRoomRequest request);
}

/// <summary>Who has a permit.</summary>
/// <param name="Id">The request.</param>
/// <param name="WorkflowId">The run that has it.</param>
/// <param name="RunId">Its run id.</param>
public sealed record PermitHolder(string Id, string WorkflowId, string RunId);

/// <summary>Asks whether a pipeline's groups have room.</summary>
/// <param name="Pipeline">The pipeline.</param>
public sealed record FlowRoomRequest(string Pipeline);

/// <summary>Whether there is room for more runs; a trigger that finds none looks again later instead of starting runs that would only wait.</summary>
/// <param name="HasRoom">Whether there is.</param>
/// <param name="Reason">Which group has none, and why; null when all have.</param>
public sealed record FlowRoom(bool HasRoom, string? Reason = null);
