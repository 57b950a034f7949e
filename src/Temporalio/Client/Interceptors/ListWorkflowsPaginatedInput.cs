namespace Temporalio.Client.Interceptors;

/// <summary>One page of a listing of workflows.</summary>
/// <param name="Query">Visibility query.</param>
/// <param name="NextPageToken">Where to go on; null for the beginning.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record ListWorkflowsPaginatedInput(string Query, byte[]? NextPageToken, WorkflowListPaginatedOptions? Options);
