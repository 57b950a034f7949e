namespace Temporalio.Exceptions;

/// <summary>Thrown by a heartbeat from outside the worker when the activity was asked to cancel, was paused or was reset.</summary>
public class AsyncActivityCanceledException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    public AsyncActivityCanceledException()
        : base("Activity cancelled")
    {
    }
}
