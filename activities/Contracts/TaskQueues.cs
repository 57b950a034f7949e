namespace Orchestrator.Activities.Contracts;

/// <summary>Names of the task queues.</summary>
public static class TaskQueues
{
    /// <summary>Workflows and activities of pipelines. Default of every command.</summary>
    public const string Pipelines = "pipelines";
}
