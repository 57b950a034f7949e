namespace Lakehouse.Contracts;

/// <summary>The standard's logical types.</summary>
public enum LogicalType
{
    /// <summary>Text.</summary>
    String,

    /// <summary>A calendar day.</summary>
    Date,

    /// <summary>A moment.</summary>
    Timestamp,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A number that may have a fraction.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A structure with named members.</summary>
    Object,

    /// <summary>A list.</summary>
    Array,

    /// <summary>True or false.</summary>
    Boolean,
}
