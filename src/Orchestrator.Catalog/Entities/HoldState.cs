namespace Orchestrator.Catalog.Entities;

/// <summary>Where a hold stands. Stored as text.</summary>
public enum HoldState
{
    /// <summary>Nobody has decided.</summary>
    Open,

    /// <summary>It is published all the same.</summary>
    Approved,

    /// <summary>It is not published.</summary>
    Rejected,

    /// <summary>The run tries again.</summary>
    Retried,

    /// <summary>A rule was waived, and nothing else is broken.</summary>
    Waived,

    /// <summary>Nobody decided in time.</summary>
    Expired,

    /// <summary>A later run of the partition took its place.</summary>
    Superseded,
}
