using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;

namespace Temporalio.Worker;

/// <summary>Runs single attempts of local activities in this process.</summary>
internal interface ILocalActivityExecutor
{
    /// <summary>Whether an activity of this name (or a dynamic one) is registered.</summary>
    bool Knows(string activityType);

    /// <summary>Runs one attempt to its end. Never throws for what the activity does; payloads come encoded by the codec.</summary>
    Task<LocalActivityOutcome> ExecuteAsync(LocalActivityAttempt attempt, CancellationToken cancellationToken);
}

/// <summary>One attempt of a local activity. Payloads are already decoded by the codec.</summary>
internal sealed record LocalActivityAttempt(
    string Namespace,
    string WorkflowId,
    string RunId,
    string WorkflowType,
    string TaskQueue,
    string ActivityId,
    string ActivityType,
    int Attempt,
    IReadOnlyList<Payload> Input,
    IReadOnlyDictionary<string, Payload> Headers,
    DateTime ScheduledTime,
    DateTime CurrentAttemptScheduledTime,
    TimeSpan? ScheduleToCloseTimeout,
    TimeSpan? StartToCloseTimeout,
    Temporalio.Api.Common.V1.RetryPolicy? RetryPolicy);

/// <summary>What an attempt ended with: a result, a failure, or (both null and <see cref="Canceled"/>) a cancellation.</summary>
internal sealed record LocalActivityOutcome(Payload? Result, Failure? Failure, bool Canceled);
