namespace Temporalio.Client.Interceptors;

/// <summary>An activity without workflow to describe.</summary>
/// <param name="Id">Id of the activity.</param>
/// <param name="RunId">Run of the id; null for the latest.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record DescribeActivityInput(string Id, string? RunId, ActivityDescribeOptions? Options);
