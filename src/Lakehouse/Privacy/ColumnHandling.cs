namespace Lakehouse.Privacy;

/// <summary>What becomes of a personal column's values on the way from bronze to silver.</summary>
public enum ColumnHandling
{
    /// <summary>They stay. The default of a column that is classified and says nothing else: its values are hidden in samples only.</summary>
    Keep,

    /// <summary>The column is left out.</summary>
    Drop,

    /// <summary>Every value becomes null; the column stays.</summary>
    Null,

    /// <summary>All but the ends of each text becomes <c>*</c>.</summary>
    Mask,

    /// <summary>Numbers fall into buckets, dates into their month or year, texts to their beginning.</summary>
    Generalise,

    /// <summary>Each value becomes a token made with a key: the same for the same value in every table, and nobody without the key can tell of what.</summary>
    Tokenise,
}
