using Temporalio.Api.Failure.V1;
using Temporalio.Converters;

namespace Temporalio.Exceptions;

/// <summary>Work ended because it was asked to cancel.</summary>
public class CanceledFailureException : FailureException
{
    /// <summary>Creates the failure locally.</summary>
    /// <param name="message">What was cancelled.</param>
    /// <param name="inner">The cause, if any.</param>
    /// <param name="details">Values for whoever handles the cancellation.</param>
    protected internal CanceledFailureException(string message, Exception? inner = null, IReadOnlyCollection<object?>? details = null)
        : base(message, inner) => Details = new OutboundFailureDetails(details);

    /// <summary>Creates the failure from a received message.</summary>
    /// <param name="failure">The received message.</param>
    /// <param name="inner">The converted cause, if any.</param>
    /// <param name="converter">Converter for the details.</param>
    protected internal CanceledFailureException(Failure failure, Exception? inner, IPayloadConverter converter)
        : base(failure, inner) =>
        Details = new InboundFailureDetails(converter, failure.CanceledFailureInfo?.Details?.Payloads_);

    /// <summary>The received message.</summary>
    public new Failure Failure => base.Failure!;

    /// <summary>Values given with the cancellation; empty when none.</summary>
    public IFailureDetails Details { get; protected init; }
}
