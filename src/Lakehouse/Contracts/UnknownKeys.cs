namespace Lakehouse.Contracts;

/// <summary>What to do with keys that the standard does not know at their place.</summary>
public enum UnknownKeys
{
    /// <summary>They are errors, as the standard has it.</summary>
    Refuse,

    /// <summary>They are passed over: for contracts of other tools that add keys of their own.</summary>
    Ignore,
}
