namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Statements of generated workflows.</summary>
public enum StepKind
{
    /// <summary>Steps one after the other.</summary>
    Sequence,

    /// <summary>Steps at once; all are awaited.</summary>
    All,

    /// <summary>Steps at once; the first to end cancels the others.</summary>
    Race,

    /// <summary>Steps whose failures and cancellations are logged instead of passed on.</summary>
    Try,

    /// <summary>Steps that a signal cancels.</summary>
    Scope,

    /// <summary>Steps that no cancellation reaches.</summary>
    Shield,

    /// <summary>Steps under the workflow's mutex.</summary>
    Locked,

    /// <summary>The first or the second step, by a patch.</summary>
    Patch,

    /// <summary>An activity that the test ends.</summary>
    Activity,

    /// <summary>A local activity.</summary>
    Local,

    /// <summary>A timer of a number of seconds.</summary>
    Timer,

    /// <summary>Waits for a signal.</summary>
    AwaitSignal,

    /// <summary>Waits for a signal or for a time.</summary>
    AwaitSignalOrTime,

    /// <summary>Waits for an update.</summary>
    AwaitUpdate,

    /// <summary>A child workflow.</summary>
    Child,

    /// <summary>Changes the memo.</summary>
    Memo,

    /// <summary>Compares what the SDK gives (random numbers, time, length of history) with what it gave when this ran first.</summary>
    Echo,

    /// <summary>Throws.</summary>
    Throw,
}
