namespace Temporalio.Workflows;

/// <summary>Marks the constructor that takes the same parameters as the main method and gets its arguments.</summary>
[AttributeUsage(AttributeTargets.Constructor, Inherited = false)]
public sealed class WorkflowInitAttribute : Attribute
{
}
