namespace Lakehouse.Quality;

/// <summary>Which rows the checks of a whole table (row count, uniqueness, queries) look at.</summary>
public enum CheckScope
{
    /// <summary>What would be published: without quarantined and dropped rows.</summary>
    Passing,

    /// <summary>All rows that went in, as a plain test of the data does.</summary>
    Input,
}
