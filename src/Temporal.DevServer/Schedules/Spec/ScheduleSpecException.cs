namespace Temporal.DevServer.Schedules.Spec;

/// <summary>A schedule's spec is not acceptable; the message is what the client is told with InvalidArgument.</summary>
internal sealed class ScheduleSpecException(string reason) : Exception($"Invalid schedule spec: {reason}");
