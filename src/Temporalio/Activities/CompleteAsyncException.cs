using Temporalio.Exceptions;

namespace Temporalio.Activities;

/// <summary>Thrown by an activity to say that someone else will complete it, through an async activity handle of the client.</summary>
public class CompleteAsyncException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    public CompleteAsyncException()
        : base("Activity will be completed asynchronously")
    {
    }
}
