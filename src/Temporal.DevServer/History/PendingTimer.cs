namespace Temporal.DevServer.History;

/// <summary>A timer that the workflow started and that has neither fired nor been cancelled.</summary>
internal sealed record PendingTimer(string TimerId, long StartedEventId, DateTime Due)
{
    public RunTimer Deadline => new(Due, RunTimerKind.User, StartedEventId);
}
