namespace Temporalio.Workflows;

/// <summary>What cancelling an activity's token means for the caller.</summary>
public enum ActivityCancellationType
{
    /// <summary>Ask the activity to stop and go on at once as cancelled.</summary>
    TryCancel = 0,

    /// <summary>Ask the activity to stop and wait for what it reports.</summary>
    WaitCancellationCompleted = 1,

    /// <summary>Do not tell the activity; go on at once as cancelled.</summary>
    Abandon = 2,
}
