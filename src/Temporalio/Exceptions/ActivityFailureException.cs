using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace Temporalio.Exceptions;

/// <summary>An activity ended without success; the inner exception says why.</summary>
public class ActivityFailureException : FailureException
{
    /// <summary>Creates the failure from a received message.</summary>
    /// <param name="failure">The received message.</param>
    /// <param name="inner">Why the activity failed.</param>
    protected internal ActivityFailureException(Failure failure, Exception? inner)
        : base(failure, inner)
    {
    }

    /// <summary>The received message.</summary>
    public new Failure Failure => base.Failure!;

    /// <summary>Type name of the activity.</summary>
    public string ActivityType => Failure.ActivityFailureInfo?.ActivityType?.Name ?? string.Empty;

    /// <summary>Id of the activity within its workflow.</summary>
    public string ActivityId => Failure.ActivityFailureInfo?.ActivityId ?? string.Empty;

    /// <summary>Identity of the worker that ran the last attempt; null when none did.</summary>
    public string? Identity => Failure.ActivityFailureInfo?.Identity is { Length: > 0 } identity ? identity : null;

    /// <summary>Why there was no further attempt.</summary>
    public RetryState RetryState => Failure.ActivityFailureInfo?.RetryState ?? RetryState.Unspecified;
}
