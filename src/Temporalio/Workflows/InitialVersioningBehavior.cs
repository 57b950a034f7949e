namespace Temporalio.Workflows;

/// <summary>Worker version a run that continues as new begins on.</summary>
public enum InitialVersioningBehavior
{
    /// <summary>The service's rule.</summary>
    Unspecified = 0,

    /// <summary>The current version.</summary>
    AutoUpgrade = 1,

    /// <summary>The ramping version.</summary>
    UseRampingVersion = 2,
}
