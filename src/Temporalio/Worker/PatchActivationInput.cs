using Temporalio.Workflows;

namespace Temporalio.Worker;

/// <summary>Asks whether a patch may be used by a run that meets it for the first time.</summary>
/// <param name="WorkflowInfo">The run.</param>
/// <param name="PatchId">The patch.</param>
public record PatchActivationInput(WorkflowInfo WorkflowInfo, string PatchId);
