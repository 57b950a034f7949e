namespace Lakehouse.Contracts;

/// <summary>Kinds of quality rule.</summary>
public enum QualityRuleType
{
    /// <summary>A metric of the standard's library.</summary>
    Library,

    /// <summary>An SQL query whose single value is compared.</summary>
    Sql,

    /// <summary>A sentence for people; nothing is measured.</summary>
    Text,

    /// <summary>A rule for a named engine.</summary>
    Custom,
}
