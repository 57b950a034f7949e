namespace Temporalio.Workflows;

/// <summary>Marks a method of a dynamic workflow, without parameters, that returns the <see cref="WorkflowDefinitionOptions"/> of the run.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowDynamicOptionsAttribute : Attribute
{
}
