namespace Orchestrator.Activities.Planning;

/// <summary>What a change of code means for the content of a dataset.</summary>
public enum ChangeCategory
{
    /// <summary>Nothing in it can change.</summary>
    None,

    /// <summary>Columns come; what is there stays as it is.</summary>
    NonBreaking,

    /// <summary>Rows or values that are there may become others.</summary>
    Breaking,
}
