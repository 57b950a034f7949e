namespace Temporalio.Workflows;

/// <summary>What cancelling a child workflow's token means for the caller.</summary>
public enum ChildWorkflowCancellationType
{
    /// <summary>Do not tell the child; go on at once as cancelled.</summary>
    Abandon = 0,

    /// <summary>Ask the child to stop and go on at once as cancelled.</summary>
    TryCancel = 1,

    /// <summary>Ask the child to stop and wait for how it ends.</summary>
    WaitCancellationCompleted = 2,

    /// <summary>Ask the child to stop and wait until it ended after the request was delivered.</summary>
    WaitCancellationRequested = 3,
}
