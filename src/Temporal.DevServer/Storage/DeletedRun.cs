namespace Temporal.DevServer.Storage;

/// <summary>A run that leaves the store.</summary>
internal readonly record struct DeletedRun(long StoreId, string NamespaceId, string RunId);
