namespace Temporalio.Client;

/// <summary>How far an update has come.</summary>
public enum WorkflowUpdateStage
{
    /// <summary>Not stated; not allowed where a stage is required.</summary>
    None = 0,

    /// <summary>The server has taken it; not allowed to be waited for.</summary>
    Admitted = 1,

    /// <summary>A worker's validator has accepted it.</summary>
    Accepted = 2,

    /// <summary>Its handler has ended.</summary>
    Completed = 3,
}
