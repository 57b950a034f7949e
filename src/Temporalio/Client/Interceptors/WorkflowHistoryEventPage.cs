using Temporalio.Api.History.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>One page of history.</summary>
/// <param name="Events">The events.</param>
/// <param name="NextPageToken">Where to go on; null for the beginning.</param>
public record WorkflowHistoryEventPage(IReadOnlyCollection<HistoryEvent> Events, byte[]? NextPageToken);
