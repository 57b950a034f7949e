namespace Temporalio.Workflows;

/// <summary>Marks a public instance method that handles an update. It returns a task, with or without a value.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowUpdateAttribute : Attribute
{
    /// <summary>A update under its default name.</summary>
    public WorkflowUpdateAttribute()
    {
    }

    /// <summary>A update under the given name.</summary>
    /// <param name="name">Name callers use.</param>
    public WorkflowUpdateAttribute(string name) => Name = name;

    /// <summary>Name callers use. Default: method name, a trailing Async removed.</summary>
    public string? Name { get; }

    /// <summary>Whether this handles every update that has no handler of its own: the first parameter is its name, the second its raw arguments.</summary>
    public bool Dynamic { get; set; }

    /// <summary>Short description shown by tools. Default: none.</summary>
    public string? Description { get; set; }

    /// <summary>What happens when the run ends while this handler is still running. Default: a warning is logged.</summary>
    public HandlerUnfinishedPolicy UnfinishedPolicy { get; set; } = HandlerUnfinishedPolicy.WarnAndAbandon;
}
