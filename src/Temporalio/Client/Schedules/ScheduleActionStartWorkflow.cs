using System.Linq.Expressions;
using Temporalio.Api.Enums.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Workflows;

namespace Temporalio.Client.Schedules;

/// <summary>Starts a workflow. The server appends the scheduled time to the id.</summary>
/// <param name="Workflow">Type name of the workflow.</param>
/// <param name="Args">Arguments; in a described schedule each is an <see cref="IEncodedRawValue"/>.</param>
/// <param name="Options">Options; id and task queue are required, reuse policy, cron schedule, start signal, start delay, eager start and call options are not allowed.</param>
/// <param name="Headers">Headers of a described schedule; kept when it is updated.</param>
public record ScheduleActionStartWorkflow(
    string Workflow, IReadOnlyCollection<object?> Args, WorkflowOptions Options, IReadOnlyDictionary<string, IEncodedRawValue>? Headers = null)
    : ScheduleAction
{
    /// <summary>An action that starts a workflow.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="workflowRunCall">Exactly one call of the run method.</param>
    /// <param name="options">Options.</param>
    /// <returns>The action.</returns>
    public static ScheduleActionStartWorkflow Create<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, WorkflowOptions options)
    {
        var (method, args) = ExpressionCall.Extract(workflowRunCall);
        return Create(WorkflowDefinition.NameFromRunMethodForCall(method), args, options);
    }

    /// <summary>An action that starts a workflow without result.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="workflowRunCall">Exactly one call of the run method.</param>
    /// <param name="options">Options.</param>
    /// <returns>The action.</returns>
    public static ScheduleActionStartWorkflow Create<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, WorkflowOptions options)
    {
        var (method, args) = ExpressionCall.Extract(workflowRunCall);
        return Create(WorkflowDefinition.NameFromRunMethodForCall(method), args, options);
    }

    /// <summary>An action that starts a workflow by name.</summary>
    /// <param name="workflow">Type name of the workflow.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>The action.</returns>
    public static ScheduleActionStartWorkflow Create(string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options) =>
        new(workflow, args, options);

    /// <summary>Throws when an option is set that a schedule decides itself.</summary>
    internal void Check()
    {
        var forbidden = new List<string>();
        Forbid(Options.IdReusePolicy != WorkflowIdReusePolicy.AllowDuplicate, nameof(Options.IdReusePolicy));
        Forbid(Options.IdConflictPolicy != WorkflowIdConflictPolicy.Unspecified, nameof(Options.IdConflictPolicy));
        Forbid(!string.IsNullOrEmpty(Options.CronSchedule), nameof(Options.CronSchedule));
        Forbid(Options.StartSignal is not null || Options.StartSignalArgs is not null, nameof(Options.StartSignal));
        Forbid(Options.StartDelay is not null, nameof(Options.StartDelay));
        Forbid(Options.RequestEagerStart, nameof(Options.RequestEagerStart));
        Forbid(Options.Rpc is not null, nameof(Options.Rpc));
        if (forbidden.Count > 0)
        {
            throw new ArgumentException($"The workflow options of a schedule must not set {string.Join(", ", forbidden)}.");
        }

        if (string.IsNullOrEmpty(Options.Id) || string.IsNullOrEmpty(Options.TaskQueue))
        {
            throw new ArgumentException("The workflow options of a schedule must have an Id and a TaskQueue.");
        }

        void Forbid(bool isSet, string name)
        {
            if (isSet)
            {
                forbidden.Add(name);
            }
        }
    }
}
