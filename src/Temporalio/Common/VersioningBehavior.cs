namespace Temporalio.Common;

/// <summary>How a workflow moves between versions of its worker deployment.</summary>
public enum VersioningBehavior
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,

    /// <summary>A run stays on the version it started on.</summary>
    Pinned = 1,

    /// <summary>A run moves to the deployment's current version.</summary>
    AutoUpgrade = 2,
}
