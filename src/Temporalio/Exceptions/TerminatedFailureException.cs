using Temporalio.Api.Failure.V1;

namespace Temporalio.Exceptions;

/// <summary>A workflow was terminated: it was stopped from outside without a chance to react.</summary>
public class TerminatedFailureException : FailureException
{
    /// <summary>Creates the failure from a received message.</summary>
    /// <param name="failure">The received message.</param>
    /// <param name="inner">The converted cause, if any.</param>
    /// <param name="details">Details given to the termination, if known.</param>
    protected internal TerminatedFailureException(Failure failure, Exception? inner, InboundFailureDetails? details)
        : base(failure, inner) => Details = details;

    /// <summary>The received message.</summary>
    public new Failure Failure => base.Failure!;

    /// <summary>Details given to the termination; null where the server does not pass them on.</summary>
    public IFailureDetails? Details { get; protected init; }
}
