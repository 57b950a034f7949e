using Temporalio.Activities;

namespace Temporalio.Converters;

/// <summary>Whose data is being converted.</summary>
public interface ISerializationContext
{
    /// <summary>A context that belongs to a workflow.</summary>
    public interface IHasWorkflow : ISerializationContext
    {
        /// <summary>Namespace of the workflow or activity.</summary>
        string Namespace { get; }

        /// <summary>Id of the workflow; null for an activity that no workflow started.</summary>
        string? WorkflowId { get; }
    }

    /// <summary>Data of a workflow: arguments, result, signals, queries, updates, memo.</summary>
    /// <param name="Namespace">Namespace of the workflow.</param>
    /// <param name="WorkflowId">Id of the workflow.</param>
    public sealed record Workflow(string Namespace, string WorkflowId) : IHasWorkflow;

    /// <summary>Data of an activity: arguments, result, heartbeat details.</summary>
    /// <param name="Namespace">Namespace of the activity.</param>
    /// <param name="ActivityId">Id of the activity; null where it is not known yet.</param>
    /// <param name="WorkflowId">Id of the workflow that started it; null if none did.</param>
    /// <param name="WorkflowType">Type of that workflow; null where unknown.</param>
    /// <param name="ActivityType">Type of the activity; null where unknown.</param>
    /// <param name="ActivityTaskQueue">Task queue of the activity; null where unknown.</param>
    /// <param name="IsLocal">Whether it is a local activity.</param>
    public sealed record Activity(
        string Namespace,
        string? ActivityId,
        string? WorkflowId,
        string? WorkflowType,
        string? ActivityType,
        string? ActivityTaskQueue,
        bool IsLocal) : IHasWorkflow
    {
        /// <summary>Takes the values from a running activity.</summary>
        /// <param name="info">The activity.</param>
        public Activity(ActivityInfo info)
            : this(info.Namespace, info.ActivityId, info.WorkflowId, info.WorkflowType, info.ActivityType, info.TaskQueue, info.IsLocal)
        {
        }
    }
}
