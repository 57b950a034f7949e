namespace Temporalio.Workflows;

/// <summary>What happens when a run ends while a signal or update handler is still running.</summary>
public enum HandlerUnfinishedPolicy
{
    /// <summary>Log a warning; the handler is abandoned.</summary>
    WarnAndAbandon = 0,

    /// <summary>The handler is abandoned silently.</summary>
    Abandon = 1,
}
