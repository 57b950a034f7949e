namespace Lakehouse.Delta.Maintenance;

/// <summary>How a vacuum goes about.</summary>
public sealed record VacuumOptions
{
    /// <summary>How long files stay after they were removed, and files nobody names after they were written. Default: null, the table's <c>delta.deletedFileRetentionDuration</c>, else 7 days.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Whether the retention may be shorter than the table's: writers and readers that know no leases and pins may lose files. Default: false.</summary>
    public bool AllowShortRetention { get; init; }

    /// <summary>Only tells what it would delete. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether the log gets a commit before and after, as Spark writes them. Default: true.</summary>
    public bool WriteHistory { get; init; } = true;
}
