namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>How a workflow of a recording ends: its status, and when, in seconds after the recording's start; null stays open.</summary>
public sealed record Ending(string Status, double? At);
