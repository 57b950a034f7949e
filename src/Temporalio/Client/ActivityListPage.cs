namespace Temporalio.Client;

/// <summary>One page of a listing.</summary>
/// <param name="Activities">The activities.</param>
/// <param name="NextPageToken">Token of the next page; null when this is the last.</param>
public record ActivityListPage(IReadOnlyCollection<ActivityExecution> Activities, byte[]? NextPageToken);
