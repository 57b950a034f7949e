namespace Temporalio.Workflows;

/// <summary>Marks the one public instance method of a workflow class that is its main method. It returns a task.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowRunAttribute : Attribute
{
}
