namespace Lakehouse.Quality.Drift;

/// <summary>How a table differs from what it was.</summary>
public enum DriftKind
{
    /// <summary>A column is new.</summary>
    Added,

    /// <summary>A column is gone.</summary>
    Removed,

    /// <summary>A column is gone and another came that is probably the same.</summary>
    Renamed,

    /// <summary>The common columns stand in another order.</summary>
    Reordered,

    /// <summary>A column has another type.</summary>
    Retyped,

    /// <summary>A column's values are written in another way, or in another unit: <c>01001</c> became <c>1001</c>, metres became feet.</summary>
    Remeant,
}
