namespace Temporal.DevServer.Storage;

/// <summary>All names of one run: its number in the store and what callers know it by.</summary>
internal sealed record RunKey(long StoreId, string NamespaceId, string WorkflowId, string RunId);
