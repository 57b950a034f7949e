using Temporalio.Api.Common.V1;
using Temporalio.Common;
using Temporalio.Converters;
using RetryPolicy = Temporalio.Common.RetryPolicy;
using Priority = Temporalio.Common.Priority;

namespace Temporalio.Activities;

/// <summary>What the server says about a running activity attempt. Times are UTC.</summary>
/// <param name="ActivityId">Id within the workflow.</param>
/// <param name="ActivityType">Type name.</param>
/// <param name="Attempt">Number of the attempt, from 1.</param>
/// <param name="CurrentAttemptScheduledTime">When this attempt was scheduled.</param>
/// <param name="DataConverter">Converter of the activity's data.</param>
/// <param name="HeartbeatDetails">What the last attempt reported last; encoded.</param>
/// <param name="HeartbeatTimeout">Longest time between heartbeats; null when none is required.</param>
/// <param name="IsLocal">Whether it is a local activity.</param>
/// <param name="Namespace">Namespace of the activity.</param>
/// <param name="Priority">Priority of its task.</param>
/// <param name="RetryPolicy">Retry policy in force; null when the server did not tell.</param>
/// <param name="ScheduleToCloseTimeout">Longest time over all attempts; null when unlimited.</param>
/// <param name="ScheduledTime">When the first attempt was scheduled.</param>
/// <param name="StartToCloseTimeout">Longest time for one attempt; null when unlimited.</param>
/// <param name="StartedTime">When this attempt was started.</param>
/// <param name="TaskQueue">Task queue it was polled from.</param>
/// <param name="TaskToken">Token by which a client can complete it.</param>
/// <param name="WorkflowId">Id of the workflow that started it; null if none did.</param>
/// <param name="WorkflowNamespace">Namespace of that workflow; null if none.</param>
/// <param name="WorkflowRunId">Run that started it; null if none did.</param>
/// <param name="WorkflowType">Type of that workflow; null if none.</param>
public record ActivityInfo(
    string ActivityId,
    string ActivityType,
    int Attempt,
    DateTime CurrentAttemptScheduledTime,
    DataConverter DataConverter,
    IReadOnlyCollection<Payload> HeartbeatDetails,
    TimeSpan? HeartbeatTimeout,
    bool IsLocal,
    string Namespace,
    Priority Priority,
    RetryPolicy? RetryPolicy,
    TimeSpan? ScheduleToCloseTimeout,
    DateTime ScheduledTime,
    TimeSpan? StartToCloseTimeout,
    DateTime StartedTime,
    string TaskQueue,
    byte[] TaskToken,
    string? WorkflowId,
    string? WorkflowNamespace,
    string? WorkflowRunId,
    string? WorkflowType)
{
    /// <summary>Whether a workflow started it.</summary>
    public bool IsWorkflowActivity => WorkflowId is not null;

    /// <summary>Decodes one of the values that the last attempt reported last.</summary>
    /// <typeparam name="T">The type to decode to.</typeparam>
    /// <param name="index">Position, from 0.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public async Task<T> HeartbeatDetailAtAsync<T>(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, HeartbeatDetails.Count);
        return await DataConverter.ToValueAsync<T>(HeartbeatDetails.ElementAt(index)).ConfigureAwait(false);
    }
}
