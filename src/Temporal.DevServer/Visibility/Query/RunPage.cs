namespace Temporal.DevServer.Visibility.Query;

/// <summary>One page of a list; the token is empty after a page that is not full.</summary>
internal sealed record RunPage(IReadOnlyList<IndexedRun> Runs, byte[] NextPageToken);
