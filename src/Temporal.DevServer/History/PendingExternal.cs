using Temporalio.Api.Common.V1;

namespace Temporal.DevServer.History;

/// <summary>A signal or cancel request to another workflow that has not been answered.</summary>
internal sealed record PendingExternal(long InitiatedEventId, bool IsSignal, string Namespace, string NamespaceId, WorkflowExecution Target, string Control);
