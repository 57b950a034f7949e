namespace Temporal.DevServer.History;

/// <summary>What holds when a start says nothing.</summary>
internal static class StartDefaults
{
    public static readonly TimeSpan TaskTimeout = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LongestTaskTimeout = TimeSpan.FromSeconds(120);
}
