namespace Temporalio.Client.Interceptors;

/// <summary>An activity without workflow to ask to cancel.</summary>
/// <param name="Id">Id of the activity.</param>
/// <param name="RunId">Run of the id; null for the latest.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record CancelActivityInput(string Id, string? RunId, ActivityCancelOptions? Options);
