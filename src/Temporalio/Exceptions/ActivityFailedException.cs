namespace Temporalio.Exceptions;

/// <summary>An activity without workflow whose result was awaited did not succeed; the inner exception says why.</summary>
public class ActivityFailedException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="inner">Why the activity did not succeed.</param>
    public ActivityFailedException(Exception? inner)
        : base("Activity failed", inner)
    {
    }
}
