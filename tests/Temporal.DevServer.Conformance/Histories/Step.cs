namespace Temporal.DevServer.Conformance.Histories;

/// <summary>One thing to do when a transcript is played.</summary>
/// <param name="Time">When it took effect in the recording, in milliseconds of the scenario.</param>
/// <param name="Kind">What to do.</param>
/// <param name="Call">With which call.</param>
public sealed record Step(double Time, StepKind Kind, RecordedCall Call);
