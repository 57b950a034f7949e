using Temporalio.Common;

namespace Temporalio.Workflows;

/// <summary>Marks a class, struct or interface as a workflow.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, Inherited = false)]
public sealed class WorkflowAttribute : Attribute
{
    /// <summary>A workflow under its default name.</summary>
    public WorkflowAttribute()
    {
    }

    /// <summary>A workflow under the given name.</summary>
    /// <param name="name">Workflow type.</param>
    public WorkflowAttribute(string name) => Name = name;

    /// <summary>Workflow type. Default: the type's name; an interface loses a leading <c>I</c> before a capital.</summary>
    public string? Name { get; }

    /// <summary>Whether this runs every workflow type that has no class of its own; the main method takes its raw arguments.</summary>
    public bool Dynamic { get; set; }

    /// <summary>Exception types that fail the run instead of the task. Default: only failure exceptions and cancellation do.</summary>
    public Type[]? FailureExceptionTypes { get; set; }

    /// <summary>How runs of this type move between worker versions. Default: unspecified, the worker's default.</summary>
    public VersioningBehavior VersioningBehavior { get; set; }
}
