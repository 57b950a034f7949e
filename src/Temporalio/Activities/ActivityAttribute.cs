namespace Temporalio.Activities;

/// <summary>Marks a method that a worker can run as an activity.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ActivityAttribute : Attribute
{
    /// <summary>An activity named for its method, without a trailing <c>Async</c> when it returns a task.</summary>
    public ActivityAttribute()
    {
    }

    /// <summary>An activity with a name of its own.</summary>
    /// <param name="name">The name.</param>
    public ActivityAttribute(string name) => Name = name;

    /// <summary>Name of the activity. Default: unset, the method's name without a trailing <c>Async</c> when it returns a task.</summary>
    public string? Name { get; }

    /// <summary>Whether it takes every activity that has no other handler. It must have one parameter of type <c>IRawValue[]</c> and no name.</summary>
    public bool Dynamic { get; set; }
}
