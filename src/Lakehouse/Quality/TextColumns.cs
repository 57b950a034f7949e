namespace Lakehouse.Quality;

/// <summary>What a text column means where the contract declares another type.</summary>
public enum TextColumns
{
    /// <summary>The wrong type: the check of the column's type fails. For tables that are to be published typed.</summary>
    Refuse,

    /// <summary>Raw text: each value must be one that the declared type can take; rows with others are offenders.</summary>
    CheckEachValue,
}
