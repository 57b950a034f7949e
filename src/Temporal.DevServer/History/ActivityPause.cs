namespace Temporal.DevServer.History;

/// <summary>Who paused an activity, when and why; asking again with the same request id changes nothing.</summary>
internal sealed record ActivityPause(DateTime Time, string Identity, string Reason, string RequestId);
