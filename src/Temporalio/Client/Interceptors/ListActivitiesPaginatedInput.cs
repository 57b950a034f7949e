namespace Temporalio.Client.Interceptors;

/// <summary>One page of a listing of activities without workflow.</summary>
/// <param name="Query">Visibility query.</param>
/// <param name="NextPageToken">Token of the page; null for the first.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record ListActivitiesPaginatedInput(string Query, byte[]? NextPageToken, ActivityListPaginatedOptions? Options);
