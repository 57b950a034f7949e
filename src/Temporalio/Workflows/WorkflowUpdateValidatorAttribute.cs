namespace Temporalio.Workflows;

/// <summary>Marks a method that may refuse an update by throwing, before the update leaves any trace. It returns nothing and takes the update's parameters.</summary>
/// <param name="updateMethod">Name of the update's method: use <c>nameof</c>.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowUpdateValidatorAttribute(string updateMethod) : Attribute
{
    /// <summary>Name of the update's method.</summary>
    public string UpdateMethod { get; } = updateMethod;
}
