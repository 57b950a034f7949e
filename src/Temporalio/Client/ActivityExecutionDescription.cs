using Temporalio.Api.Activity.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;

namespace Temporalio.Client;

/// <summary>An activity without workflow as its own server describes it. Times are UTC.</summary>
public class ActivityExecutionDescription : ActivityExecution
{
    private readonly DataConverter _dataConverter;

    /// <summary>Creates the object.</summary>
    /// <param name="rawDescription">The server's answer.</param>
    /// <param name="clientNamespace">Namespace of the activity.</param>
    /// <param name="dataConverter">Converter of texts, with the activity's context.</param>
    protected internal ActivityExecutionDescription(DescribeActivityExecutionResponse rawDescription, string clientNamespace, DataConverter dataConverter)
        : base(ToListInfo(rawDescription.Info), clientNamespace)
    {
        RawDescription = rawDescription;
        _dataConverter = dataConverter;
    }

    /// <summary>Attempts so far, the running one included.</summary>
    public int Attempt => Info.Attempt;

    /// <summary>What an open activity does at the moment.</summary>
    public PendingActivityState RunState => Info.RunState;

    /// <summary>Why it was asked to cancel; null when it was not or no reason was given.</summary>
    public string? CanceledReason => NullIfEmpty(Info.CanceledReason);

    /// <summary>Time between the last attempt and the next; null when there is no next.</summary>
    public TimeSpan? CurrentRetryInterval => Info.CurrentRetryInterval?.ToTimeSpan();

    /// <summary>When the schedule-to-close timeout ends; null without one.</summary>
    public DateTime? ExpirationTime => Info.ExpirationTime?.ToDateTime();

    /// <summary>Longest time between two heartbeats; null when none are needed.</summary>
    public TimeSpan? HeartbeatTimeout => Info.HeartbeatTimeout?.ToTimeSpan();

    /// <summary>When the last attempt ended; null before.</summary>
    public DateTime? LastAttemptCompleteTime => Info.LastAttemptCompleteTime?.ToDateTime();

    /// <summary>When the last heartbeat came; null before the first.</summary>
    public DateTime? LastHeartbeatTime => Info.LastHeartbeatTime?.ToDateTime();

    /// <summary>When the last attempt started; null before the first.</summary>
    public DateTime? LastStartedTime => Info.LastStartedTime?.ToDateTime();

    /// <summary>Who ran the last attempt; null before the first.</summary>
    public string? LastWorkerIdentity => NullIfEmpty(Info.LastWorkerIdentity);

    /// <summary>Token for <see cref="ActivityDescribeOptions.LongPollToken"/>; null when the server gave none.</summary>
    public byte[]? LongPollToken => RawDescription.LongPollToken.IsEmpty ? null : RawDescription.LongPollToken.ToByteArray();

    /// <summary>When the next attempt is due; null when there is none.</summary>
    public DateTime? NextAttemptScheduleTime => Info.NextAttemptScheduleTime?.ToDateTime();

    /// <summary>When a failed attempt is followed by another; null when the server did not say.</summary>
    public Common.RetryPolicy? RetryPolicy => Info.RetryPolicy is { } policy ? Common.RetryPolicy.FromProto(policy) : null;

    /// <summary>Longest time over all attempts; null for unlimited.</summary>
    public TimeSpan? ScheduleToCloseTimeout => Info.ScheduleToCloseTimeout?.ToTimeSpan();

    /// <summary>Longest wait for a worker; null for unlimited.</summary>
    public TimeSpan? ScheduleToStartTimeout => Info.ScheduleToStartTimeout?.ToTimeSpan();

    /// <summary>Longest time of one attempt; null for unlimited.</summary>
    public TimeSpan? StartToCloseTimeout => Info.StartToCloseTimeout?.ToTimeSpan();

    /// <summary>The server's answer.</summary>
    internal DescribeActivityExecutionResponse RawDescription { get; }

    private ActivityExecutionInfo Info => RawDescription.Info;

    /// <summary>The one-line summary given at the start.</summary>
    /// <returns>The summary; null when none was given.</returns>
    public Task<string?> GetStaticSummaryAsync() => ReadAsync(Info.UserMetadata?.Summary);

    /// <summary>The details given at the start.</summary>
    /// <returns>The details; null when none were given.</returns>
    public Task<string?> GetStaticDetailsAsync() => ReadAsync(Info.UserMetadata?.Details);

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;

    private static ActivityExecutionListInfo ToListInfo(ActivityExecutionInfo info) => new()
    {
        ActivityId = info.ActivityId,
        RunId = info.RunId,
        ActivityType = info.ActivityType,
        ScheduleTime = info.ScheduleTime,
        CloseTime = info.CloseTime,
        Status = info.Status,
        SearchAttributes = info.SearchAttributes,
        TaskQueue = info.TaskQueue,
        StateTransitionCount = info.StateTransitionCount,
        StateSizeBytes = info.StateSizeBytes,
        ExecutionDuration = info.ExecutionDuration,
        ExecutionTime = info.ExecutionTime,
    };

    private async Task<string?> ReadAsync(Payload? payload) =>
        payload is null ? null : await _dataConverter.ToValueAsync<string?>(payload).ConfigureAwait(false);
}
