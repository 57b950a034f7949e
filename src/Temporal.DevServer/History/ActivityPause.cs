namespace Temporal.DevServer.History;

/// <summary>Who paused an activity, when and why.</summary>
internal sealed record ActivityPause(DateTime Time, string Identity, string Reason);
