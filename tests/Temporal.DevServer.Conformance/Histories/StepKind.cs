namespace Temporal.DevServer.Conformance.Histories;

/// <summary>What a step does.</summary>
public enum StepKind
{
    /// <summary>Makes the call and waits for its answer.</summary>
    Call,

    /// <summary>Makes a call that waits for others.</summary>
    Begin,

    /// <summary>Waits for that call's answer.</summary>
    End,

    /// <summary>Polls until the recorded task has come.</summary>
    Poll,

    /// <summary>Shows itself on a sticky queue, as a worker that waits there does.</summary>
    Touch,
}
