namespace Lakehouse.Quality;

/// <summary>What a check looks at.</summary>
public enum CheckKind
{
    /// <summary>The column is there.</summary>
    Present,

    /// <summary>The column is left out for privacy.</summary>
    Absent,

    /// <summary>The column's type, or each of its texts, is of the declared type.</summary>
    Type,

    /// <summary>No null.</summary>
    Required,

    /// <summary>No null in a column of the primary key.</summary>
    PrimaryKeyRequired,

    /// <summary>No value twice.</summary>
    Unique,

    /// <summary>No primary key twice.</summary>
    PrimaryKeyUnique,

    /// <summary>Texts are long enough.</summary>
    MinLength,

    /// <summary>Texts are short enough.</summary>
    MaxLength,

    /// <summary>Texts match a regular expression.</summary>
    Pattern,

    /// <summary>Values have a named form, such as an e-mail address.</summary>
    Format,

    /// <summary>Values are not below a limit.</summary>
    Minimum,

    /// <summary>Values are not above a limit.</summary>
    Maximum,

    /// <summary>Values are above a limit.</summary>
    ExclusiveMinimum,

    /// <summary>Values are below a limit.</summary>
    ExclusiveMaximum,

    /// <summary>Values are multiples of a number.</summary>
    MultipleOf,

    /// <summary>Library metric: number of nulls.</summary>
    NullValues,

    /// <summary>Library metric: number of missing values.</summary>
    MissingValues,

    /// <summary>Library metric: number of invalid values.</summary>
    InvalidValues,

    /// <summary>Library metric: number of values that repeat.</summary>
    DuplicateValues,

    /// <summary>Library metric: number of rows.</summary>
    RowCount,

    /// <summary>A query with one value.</summary>
    Sql,

    /// <summary>A predicate on each row: a custom rule of engine <c>duckdb</c>.</summary>
    Predicate,

    /// <summary>One number over a column: completeness, freshness, a mean, a quantile.</summary>
    Metric,

    /// <summary>A column's values are spread as in earlier partitions.</summary>
    Distribution,

    /// <summary>A number over the partition is what its own history leads to expect.</summary>
    Anomaly,

    /// <summary>A number that had values in earlier partitions still has some.</summary>
    Emptied,

    /// <summary>A check written in C#.</summary>
    Code,

    /// <summary>Values are there in the table that they refer to.</summary>
    Reference,

    /// <summary>A rule for another engine.</summary>
    Custom,

    /// <summary>A sentence for people.</summary>
    Text,
}
