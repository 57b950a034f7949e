namespace Lakehouse.Contracts;

/// <summary>Comparisons of a measured value.</summary>
public enum QualityOperator
{
    /// <summary>Equal to the value.</summary>
    MustBe,

    /// <summary>Not equal to the value.</summary>
    MustNotBe,

    /// <summary>Above the value.</summary>
    MustBeGreaterThan,

    /// <summary>The value or above.</summary>
    MustBeGreaterOrEqualTo,

    /// <summary>Below the value.</summary>
    MustBeLessThan,

    /// <summary>The value or below.</summary>
    MustBeLessOrEqualTo,

    /// <summary>Within both values, inclusive.</summary>
    MustBeBetween,

    /// <summary>Outside both values, which are themselves refused.</summary>
    MustNotBeBetween,
}
