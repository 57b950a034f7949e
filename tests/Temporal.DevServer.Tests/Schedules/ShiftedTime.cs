namespace Temporal.DevServer.Tests.Schedules;

/// <summary>The system's clock, ahead by some time: a server that comes up later without anyone having waited.</summary>
internal sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
