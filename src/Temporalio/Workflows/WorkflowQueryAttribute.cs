namespace Temporalio.Workflows;

/// <summary>Marks a public method or property getter that answers a query. It is synchronous and changes nothing.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, Inherited = false)]
public sealed class WorkflowQueryAttribute : Attribute
{
    /// <summary>A query under its default name.</summary>
    public WorkflowQueryAttribute()
    {
    }

    /// <summary>A query under the given name.</summary>
    /// <param name="name">Name callers use.</param>
    public WorkflowQueryAttribute(string name) => Name = name;

    /// <summary>Name callers use. Default: method or property name, unchanged.</summary>
    public string? Name { get; }

    /// <summary>Whether this handles every query that has no handler of its own: the first parameter is its name, the second its raw arguments.</summary>
    public bool Dynamic { get; set; }

    /// <summary>Short description shown by tools. Default: none.</summary>
    public string? Description { get; set; }
}
