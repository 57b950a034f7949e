namespace Temporalio.Client;

/// <summary>One page of a listing.</summary>
/// <param name="Workflows">The workflows.</param>
/// <param name="NextPageToken">Token of the next page; null when this is the last.</param>
public record WorkflowListPage(IReadOnlyCollection<WorkflowExecution> Workflows, byte[]? NextPageToken);
