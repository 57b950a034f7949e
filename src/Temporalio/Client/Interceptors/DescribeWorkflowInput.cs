namespace Temporalio.Client.Interceptors;

/// <summary>A workflow to describe.</summary>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run to address; null for the current one.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record DescribeWorkflowInput(string Id, string? RunId, WorkflowDescribeOptions? Options);
