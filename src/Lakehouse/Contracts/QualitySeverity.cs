namespace Lakehouse.Contracts;

/// <summary>What a broken rule means.</summary>
public enum QualitySeverity
{
    /// <summary>Rows that break it are quarantined; a broken table rule stops the publish.</summary>
    Error,

    /// <summary>Counted and reported; rows stay.</summary>
    Warning,
}
