using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>Options of the next run. What is not set stays as in the current run.</summary>
public class ContinueAsNewOptions : ICloneable
{
    /// <summary>Pause before the first task of the next run. Default: none.</summary>
    public TimeSpan? BackoffStartInterval { get; set; }

    /// <summary>Worker version the next run begins on. Default: the service's rule.</summary>
    public InitialVersioningBehavior? InitialVersioningBehavior { get; set; }

    /// <summary>Memo. Default: that of the current run.</summary>
    public IReadOnlyDictionary<string, object>? Memo { get; set; }

    /// <summary>How failed runs are retried. Default: as in the current run.</summary>
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Time of one run. Default: that of the current run.</summary>
    public TimeSpan? RunTimeout { get; set; }

    /// <summary>Task queue. Default: that of the current run.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>Time of one workflow task. Default: that of the current run.</summary>
    public TimeSpan? TaskTimeout { get; set; }

    /// <summary>Search attributes. Default: those of the current run.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; set; }

    /// <summary>Wish of the retired version sets; ignored.</summary>
    [Obsolete("Task queue version sets are no longer supported by the service.")]
    public VersioningIntent VersioningIntent { get; set; } = VersioningIntent.Unspecified;

    /// <summary>Shallow copy, the retry policy copied too.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ContinueAsNewOptions)MemberwiseClone();
        copy.RetryPolicy = RetryPolicy is null ? null : RetryPolicy with { };
        return copy;
    }
}
