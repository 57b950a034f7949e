namespace Orchestrator.Pipelines.Policies;

/// <summary>What happens when nobody has decided about a held partition in time.</summary>
public enum HoldExpiry
{
    /// <summary>The alert is sent again and the time starts anew.</summary>
    Remind,

    /// <summary>The partition is rejected.</summary>
    Reject,
}
