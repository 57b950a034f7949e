namespace Lakehouse.Quality;

/// <summary>How a check ended.</summary>
public enum CheckStatus
{
    /// <summary>The threshold holds.</summary>
    Passed,

    /// <summary>The threshold does not hold.</summary>
    Failed,

    /// <summary>The check could not be evaluated; it counts as failed.</summary>
    Broken,

    /// <summary>Nothing was measured: a sentence for people, or a rule for an engine that is not here.</summary>
    NotRun,
}
