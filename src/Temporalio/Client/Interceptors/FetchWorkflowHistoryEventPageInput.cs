using Temporalio.Api.Enums.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>A page of history to read.</summary>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run to address; null for the current one.</param>
/// <param name="PageSize">Events per page; null lets the server decide.</param>
/// <param name="NextPageToken">Where to go on; null for the beginning.</param>
/// <param name="WaitNewEvent">Whether to wait for the next event instead of ending at the last one.</param>
/// <param name="EventFilterType">Which events to return.</param>
/// <param name="SkipArchival">Whether to leave archived histories out.</param>
/// <param name="Rpc">Options of the service call; null for the defaults.</param>
public record FetchWorkflowHistoryEventPageInput(
    string Id,
    string? RunId,
    int? PageSize,
    byte[]? NextPageToken,
    bool WaitNewEvent,
    HistoryEventFilterType EventFilterType,
    bool SkipArchival,
    RpcOptions? Rpc);
