using Temporal.DevServer.Frontend;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace Temporal.DevServer.History;

/// <summary>Defaults, checks and decisions of retry policies, for activities and workflows alike.</summary>
internal static class RetryPolicies
{
    /// <summary>The policy with unset fields filled: 1 s, coefficient 2, at most 100 times the first interval, unlimited attempts.</summary>
    public static RetryPolicy WithDefaults(RetryPolicy? policy)
    {
        var full = policy?.Clone() ?? new RetryPolicy();
        if (Durations.Of(full.InitialInterval) == TimeSpan.Zero)
        {
            full.InitialInterval = Durations.Wire(TimeSpan.FromSeconds(1));
        }

        if (full.BackoffCoefficient == 0)
        {
            full.BackoffCoefficient = 2;
        }

        if (Durations.Of(full.MaximumInterval) == TimeSpan.Zero)
        {
            full.MaximumInterval = Durations.Wire(Durations.Of(full.InitialInterval) * 100);
        }

        return full;
    }

    /// <summary>Raises the error for the first field that makes no sense.</summary>
    public static void Validate(RetryPolicy? policy)
    {
        if (policy is null || policy.MaximumAttempts == 1)
        {
            return;
        }

        if (Durations.IsNegative(policy.InitialInterval))
        {
            throw ServiceErrors.InvalidArgument("invalid InitialInterval set on retry policy: negative duration");
        }

        if (policy.BackoffCoefficient is < 1 and not 0)
        {
            throw ServiceErrors.InvalidArgument("BackoffCoefficient cannot be less than 1 on retry policy.");
        }

        if (Durations.IsNegative(policy.MaximumInterval))
        {
            throw ServiceErrors.InvalidArgument("invalid MaximumInterval set on retry policy: negative duration");
        }

        if (Durations.Of(policy.MaximumInterval) is { Ticks: > 0 } maximum && maximum < Durations.Of(policy.InitialInterval))
        {
            throw ServiceErrors.InvalidArgument("MaximumInterval cannot be less than InitialInterval on retry policy.");
        }

        if (policy.MaximumAttempts < 0)
        {
            throw ServiceErrors.InvalidArgument("MaximumAttempts cannot be negative on retry policy.");
        }

        foreach (var type in policy.NonRetryableErrorTypes.Where(t => t.StartsWith(TimeoutPrefix, StringComparison.Ordinal)))
        {
            var name = type[TimeoutPrefix.Length..];
            if (!System.Enum.TryParse<TimeoutType>(name, out var value) || value == TimeoutType.Unspecified || int.TryParse(name, out _))
            {
                throw ServiceErrors.InvalidArgument($"Invalid timeout type value: {name}.");
            }
        }
    }

    /// <summary>Whether another attempt follows, and after which wait.</summary>
    public static (RetryState State, TimeSpan Delay) Decide(RetryPolicy policy, int attempt, DateTime now, DateTime? expiration, Failure? failure)
    {
        if (!IsRetryable(failure, policy.NonRetryableErrorTypes))
        {
            return (RetryState.NonRetryableFailure, default);
        }

        if (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts)
        {
            return (RetryState.MaximumAttemptsReached, default);
        }

        var delay = failure?.ApplicationFailureInfo?.NextRetryDelay is { } next ? Durations.Of(next) : Interval(policy, attempt);
        return expiration is { } end && Durations.After(now, delay) > end ? (RetryState.Timeout, default) : (RetryState.InProgress, delay);
    }

    private const string TimeoutPrefix = "TemporalTimeout:";

    /// <summary>The wait after the attempt.</summary>
    public static TimeSpan Interval(RetryPolicy policy, int attempt)
    {
        var seconds = Durations.Of(policy.InitialInterval).TotalSeconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        if (double.IsNaN(seconds))
        {
            seconds = Durations.Of(policy.InitialInterval).TotalSeconds; // a coefficient that is no number
        }

        var limit = Durations.Of(policy.MaximumInterval);
        return limit > TimeSpan.Zero && seconds >= limit.TotalSeconds ? limit : TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
    }

    private static bool IsRetryable(Failure? failure, IList<string> nonRetryable) => failure?.FailureInfoCase switch
    {
        Failure.FailureInfoOneofCase.TerminatedFailureInfo or Failure.FailureInfoOneofCase.CanceledFailureInfo => false,
        Failure.FailureInfoOneofCase.TimeoutFailureInfo =>
            failure.TimeoutFailureInfo.TimeoutType is TimeoutType.StartToClose or TimeoutType.Heartbeat &&
            !nonRetryable.Contains(TimeoutPrefix + failure.TimeoutFailureInfo.TimeoutType),
        Failure.FailureInfoOneofCase.ServerFailureInfo => !failure.ServerFailureInfo.NonRetryable,
        Failure.FailureInfoOneofCase.ApplicationFailureInfo =>
            !failure.ApplicationFailureInfo.NonRetryable && !nonRetryable.Contains(failure.ApplicationFailureInfo.Type),
        _ => true,
    };
}
