namespace Temporalio.Workflows;

/// <summary>Worker version wished for a command, of the retired version sets.</summary>
[Obsolete("Task queue version sets are no longer supported by the service.")]
public enum VersioningIntent
{
    /// <summary>The service's rule.</summary>
    Unspecified = 0,

    /// <summary>A version compatible with the caller's.</summary>
    Compatible = 1,

    /// <summary>The default version of the queue.</summary>
    CurrentDefault = 2,
}
