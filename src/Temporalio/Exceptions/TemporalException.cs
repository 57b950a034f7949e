namespace Temporalio.Exceptions;

/// <summary>Root of everything this SDK throws about the outside world; caller mistakes are ordinary argument and state exceptions.</summary>
public abstract class TemporalException : Exception
{
    /// <summary>Creates the exception with the default message.</summary>
    protected TemporalException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed.</param>
    protected TemporalException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="inner">The cause, if any.</param>
    protected TemporalException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>
    /// Whether <paramref name="e"/> stands for a cancellation: an <see cref="OperationCanceledException"/>, a
    /// <see cref="CanceledFailureException"/>, or an activity or child workflow failure caused by one.
    /// </summary>
    /// <param name="e">The exception to classify.</param>
    /// <returns>True for a cancellation.</returns>
    public static bool IsCanceledException(Exception e) =>
        e is OperationCanceledException or CanceledFailureException
        || (e is ActivityFailureException or ChildWorkflowFailureException && e.InnerException is CanceledFailureException);
}
