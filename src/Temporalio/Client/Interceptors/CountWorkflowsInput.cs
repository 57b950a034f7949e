namespace Temporalio.Client.Interceptors;

/// <summary>A count of workflows.</summary>
/// <param name="Query">Visibility query.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record CountWorkflowsInput(string Query, WorkflowCountOptions? Options);
