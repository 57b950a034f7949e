namespace Temporalio.Workflows;

/// <summary>Marks a public instance method that handles a signal. It returns <see cref="Task"/>.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowSignalAttribute : Attribute
{
    /// <summary>A signal under its default name.</summary>
    public WorkflowSignalAttribute()
    {
    }

    /// <summary>A signal under the given name.</summary>
    /// <param name="name">Name callers use.</param>
    public WorkflowSignalAttribute(string name) => Name = name;

    /// <summary>Name callers use. Default: method name, a trailing Async removed.</summary>
    public string? Name { get; }

    /// <summary>Whether this handles every signal that has no handler of its own: the first parameter is its name, the second its raw arguments.</summary>
    public bool Dynamic { get; set; }

    /// <summary>Short description shown by tools. Default: none.</summary>
    public string? Description { get; set; }

    /// <summary>What happens when the run ends while this handler is still running. Default: a warning is logged.</summary>
    public HandlerUnfinishedPolicy UnfinishedPolicy { get; set; } = HandlerUnfinishedPolicy.WarnAndAbandon;
}
