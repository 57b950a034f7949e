using Temporalio.Api.Common.V1;
using Temporalio.Common;
using Temporalio.Converters;
using RetryPolicy = Temporalio.Common.RetryPolicy;

namespace Temporalio.Workflows;

/// <summary>What a run knows about itself from its start.</summary>
/// <param name="Attempt">Number of this run among retries, from 1.</param>
/// <param name="ContinuedRunId">Run before this one in the chain.</param>
/// <param name="CronSchedule">Cron schedule of the chain.</param>
/// <param name="ExecutionTimeout">Time for the whole chain.</param>
/// <param name="FirstExecutionRunId">First run of the chain.</param>
/// <param name="Headers">Headers of the start.</param>
/// <param name="LastFailure">Failure of the run before, for retries and cron.</param>
/// <param name="LastResult">Last result of the chain, for cron.</param>
/// <param name="Namespace">Namespace.</param>
/// <param name="Parent">Parent, for children.</param>
/// <param name="Priority">Priority of the run.</param>
/// <param name="RetryPolicy">How failed runs are retried.</param>
/// <param name="Root">Root of the tree of children; null for a root itself on older services.</param>
/// <param name="RunId">Run id.</param>
/// <param name="RunTimeout">Time of this run.</param>
/// <param name="StartTime">Time of the first workflow task, UTC.</param>
/// <param name="TaskQueue">Task queue.</param>
/// <param name="TaskTimeout">Time of one workflow task.</param>
/// <param name="WorkflowId">Workflow id.</param>
/// <param name="WorkflowStartTime">Time the run was created, UTC.</param>
/// <param name="WorkflowType">Workflow type.</param>
public record WorkflowInfo(
    int Attempt,
    string? ContinuedRunId,
    string? CronSchedule,
    TimeSpan? ExecutionTimeout,
    string FirstExecutionRunId,
    IReadOnlyDictionary<string, Payload>? Headers,
    Exception? LastFailure,
    IReadOnlyCollection<IRawValue>? LastResult,
    string Namespace,
    WorkflowInfo.ParentInfo? Parent,
    Temporalio.Common.Priority Priority,
    RetryPolicy? RetryPolicy,
    WorkflowInfo.RootInfo? Root,
    string RunId,
    TimeSpan? RunTimeout,
    DateTime StartTime,
    string TaskQueue,
    TimeSpan TaskTimeout,
    string WorkflowId,
    DateTime WorkflowStartTime,
    string WorkflowType)
{
    /// <summary>The parent of a child workflow.</summary>
    /// <param name="Namespace">Namespace.</param>
    /// <param name="RunId">Run id.</param>
    /// <param name="WorkflowId">Workflow id.</param>
    public record ParentInfo(string Namespace, string RunId, string WorkflowId);

    /// <summary>The root of a tree of children.</summary>
    /// <param name="RunId">Run id.</param>
    /// <param name="WorkflowId">Workflow id.</param>
    public record RootInfo(string RunId, string WorkflowId);
}
