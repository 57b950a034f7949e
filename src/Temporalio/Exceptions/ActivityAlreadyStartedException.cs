namespace Temporalio.Exceptions;

/// <summary>An activity was not started because its id is taken, by a running or, depending on the reuse policy, a closed one.</summary>
public class ActivityAlreadyStartedException : FailureException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was refused.</param>
    /// <param name="activityId">The taken id.</param>
    /// <param name="activityType">Type of the activity that was to be started.</param>
    /// <param name="runId">The run that holds the id; null when unknown.</param>
    public ActivityAlreadyStartedException(string message, string activityId, string activityType, string? runId)
        : base(message)
    {
        ActivityId = activityId;
        ActivityType = activityType;
        RunId = runId;
    }

    /// <summary>The taken id.</summary>
    public string ActivityId { get; }

    /// <summary>Type of the activity that was to be started.</summary>
    public string ActivityType { get; }

    /// <summary>The run that holds the id; null when unknown.</summary>
    public string? RunId { get; }
}
