namespace Temporalio.Exceptions;

/// <summary>A call ended because its time was up or its caller gave up; it may still have taken effect.</summary>
public class RpcTimeoutOrCanceledException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which call.</param>
    /// <param name="inner">The underlying timeout or cancellation.</param>
    public RpcTimeoutOrCanceledException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
