using Temporalio.Api.Failure.V1;

namespace Temporalio.Exceptions;

/// <summary>A failure that the server itself produced.</summary>
public class ServerFailureException : FailureException
{
    /// <summary>Creates the failure from a received message.</summary>
    /// <param name="failure">The received message.</param>
    /// <param name="inner">The converted cause, if any.</param>
    protected internal ServerFailureException(Failure failure, Exception? inner)
        : base(failure, inner)
    {
    }

    /// <summary>The received message.</summary>
    public new Failure Failure => base.Failure!;

    /// <summary>Whether another attempt cannot help.</summary>
    public bool NonRetryable => Failure.ServerFailureInfo?.NonRetryable ?? false;
}
