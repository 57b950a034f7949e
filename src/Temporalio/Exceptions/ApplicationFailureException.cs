using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Converters;

namespace Temporalio.Exceptions;

/// <summary>
/// The failure that user code throws on purpose: it carries a type name for retry policies and callers, the decision not to retry,
/// and details. Any other exception escaping an activity is turned into one whose type is the exception's short class name.
/// </summary>
public class ApplicationFailureException : FailureException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="errorType">Type name that retry policies match on. Default: none.</param>
    /// <param name="nonRetryable">True when another attempt cannot help, whatever the retry policy says.</param>
    /// <param name="details">Values for whoever handles the failure.</param>
    /// <param name="nextRetryDelay">Delay before the next attempt instead of the retry policy's. Default: the policy's.</param>
    /// <param name="category">How loudly the failure is reported; benign ones are logged at debug level and not counted.</param>
    public ApplicationFailureException(
        string message,
        string? errorType = null,
        bool nonRetryable = false,
        IReadOnlyCollection<object?>? details = null,
        TimeSpan? nextRetryDelay = null,
        ApplicationErrorCategory category = ApplicationErrorCategory.Unspecified)
        : this(message, null, errorType, nonRetryable, details, nextRetryDelay, category)
    {
    }

    /// <summary>Creates the failure with its cause.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="inner">The cause; sent along as the failure's cause.</param>
    /// <param name="errorType">Type name that retry policies match on. Default: none.</param>
    /// <param name="nonRetryable">True when another attempt cannot help, whatever the retry policy says.</param>
    /// <param name="details">Values for whoever handles the failure.</param>
    /// <param name="nextRetryDelay">Delay before the next attempt instead of the retry policy's. Default: the policy's.</param>
    /// <param name="category">How loudly the failure is reported; benign ones are logged at debug level and not counted.</param>
    public ApplicationFailureException(
        string message,
        Exception? inner,
        string? errorType = null,
        bool nonRetryable = false,
        IReadOnlyCollection<object?>? details = null,
        TimeSpan? nextRetryDelay = null,
        ApplicationErrorCategory category = ApplicationErrorCategory.Unspecified)
        : base(message, inner)
    {
        ErrorType = errorType;
        NonRetryable = nonRetryable;
        Details = new OutboundFailureDetails(details);
        NextRetryDelay = nextRetryDelay;
        Category = category;
    }

    /// <summary>Creates the failure from a received message; a message without failure info gets empty values.</summary>
    /// <param name="failure">The received message.</param>
    /// <param name="inner">The converted cause, if any.</param>
    /// <param name="converter">Converter for the details.</param>
    protected internal ApplicationFailureException(Failure failure, Exception? inner, IPayloadConverter converter)
        : base(failure, inner)
    {
        var info = failure.ApplicationFailureInfo;
        ErrorType = string.IsNullOrEmpty(info?.Type) ? null : info.Type;
        NonRetryable = info?.NonRetryable ?? false;
        Details = new InboundFailureDetails(
            converter, info?.Details?.Payloads_ ?? failure.ResetWorkflowFailureInfo?.LastHeartbeatDetails?.Payloads_);
        NextRetryDelay = info?.NextRetryDelay?.ToTimeSpan();
        Category = info?.Category ?? ApplicationErrorCategory.Unspecified;
    }

    /// <summary>Type name that retry policies match on; null when none was given.</summary>
    public string? ErrorType { get; protected init; }

    /// <summary>Whether the thrower asked for no further attempt.</summary>
    public bool NonRetryable { get; protected init; }

    /// <summary>Values for whoever handles the failure; empty when none were given.</summary>
    public IFailureDetails Details { get; protected init; }

    /// <summary>Delay before the next attempt instead of the retry policy's; null to follow the policy.</summary>
    public TimeSpan? NextRetryDelay { get; protected init; }

    /// <summary>How loudly the failure is reported.</summary>
    public ApplicationErrorCategory Category { get; protected init; }
}
