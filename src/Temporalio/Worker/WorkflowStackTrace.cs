namespace Temporalio.Worker;

/// <summary>How much the stack trace query of workflows tells. Keeping traces costs time on every wait.</summary>
public enum WorkflowStackTrace
{
    /// <summary>The query fails.</summary>
    None = 0,

    /// <summary>With file names and lines.</summary>
    Normal = 1,

    /// <summary>Without file names and lines.</summary>
    WithoutFileInfo = 2,
}
