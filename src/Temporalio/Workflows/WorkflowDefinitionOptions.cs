using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>Options a dynamic workflow gives per run through <see cref="WorkflowDynamicOptionsAttribute"/>.</summary>
public class WorkflowDefinitionOptions : ICloneable
{
    /// <summary>Exception types that fail the run instead of the task. Default: none beyond the worker's.</summary>
    public Type[]? FailureExceptionTypes { get; set; }

    /// <summary>How the run moves between worker versions. Default: unspecified.</summary>
    public VersioningBehavior VersioningBehavior { get; set; }

    /// <summary>Shallow copy.</summary>
    /// <returns>The copy.</returns>
    public object Clone() => MemberwiseClone();
}
