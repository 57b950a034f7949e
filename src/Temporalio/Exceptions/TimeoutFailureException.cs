using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Converters;

namespace Temporalio.Exceptions;

/// <summary>A workflow or activity ran out of one of its time limits.</summary>
public class TimeoutFailureException : FailureException
{
    /// <summary>Creates the failure from a received message.</summary>
    /// <param name="failure">The received message.</param>
    /// <param name="inner">The failure of the last attempt, if any.</param>
    /// <param name="converter">Converter for the heartbeat details.</param>
    protected internal TimeoutFailureException(Failure failure, Exception? inner, IPayloadConverter converter)
        : base(failure, inner) =>
        LastHeartbeatDetails = new(converter, failure.TimeoutFailureInfo?.LastHeartbeatDetails?.Payloads_);

    /// <summary>The received message.</summary>
    public new Failure Failure => base.Failure!;

    /// <summary>Which limit was exceeded.</summary>
    public TimeoutType TimeoutType => Failure.TimeoutFailureInfo?.TimeoutType ?? TimeoutType.Unspecified;

    /// <summary>What the activity last reported before it timed out; empty when nothing.</summary>
    public InboundFailureDetails LastHeartbeatDetails { get; protected init; }
}
