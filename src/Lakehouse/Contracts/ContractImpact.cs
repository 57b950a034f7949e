namespace Lakehouse.Contracts;

/// <summary>What a change of a contract means for those who read the table, and which part of the version it must raise.</summary>
public enum ContractImpact
{
    /// <summary>Nothing changes for them: a patch.</summary>
    None,

    /// <summary>There is more than before and nothing less: a minor version.</summary>
    Additive,

    /// <summary>What they rely on may no longer hold: a major version.</summary>
    Breaking,
}
