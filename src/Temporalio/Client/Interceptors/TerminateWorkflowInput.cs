namespace Temporalio.Client.Interceptors;

/// <summary>A workflow to terminate.</summary>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run to address; null for the current one.</param>
/// <param name="FirstExecutionRunId">First run of the chain to address; null for any.</param>
/// <param name="Reason">Why; null for none.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record TerminateWorkflowInput(
    string Id,
    string? RunId,
    string? FirstExecutionRunId,
    string? Reason,
    WorkflowTerminateOptions? Options);
