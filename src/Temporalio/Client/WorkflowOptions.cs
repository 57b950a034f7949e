using System.Linq.Expressions;
using Temporalio.Api.Enums.V1;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Temporalio.Client;

/// <summary>Options for starting a workflow.</summary>
public class WorkflowOptions : ICloneable
{
    /// <summary>Creates options; id and task queue must be set before use.</summary>
    public WorkflowOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="id">Id of the workflow.</param>
    /// <param name="taskQueue">Task queue of its worker.</param>
    public WorkflowOptions(string id, string taskQueue)
    {
        Id = id;
        TaskQueue = taskQueue;
    }

    /// <summary>Id of the workflow; required. At most one run of an id is open at a time.</summary>
    public string? Id { get; set; }

    /// <summary>Task queue of its worker; required.</summary>
    public string? TaskQueue { get; set; }

    /// <summary>One line of Markdown shown by user interfaces. Default: none.</summary>
    public string? StaticSummary { get; set; }

    /// <summary>Markdown text shown by user interfaces. Default: none.</summary>
    public string? StaticDetails { get; set; }

    /// <summary>Longest time over all runs of the chain. Default: unlimited.</summary>
    public TimeSpan? ExecutionTimeout { get; set; }

    /// <summary>Longest time of one run. Default: <see cref="ExecutionTimeout"/>.</summary>
    public TimeSpan? RunTimeout { get; set; }

    /// <summary>Longest time of one workflow task. Default: 10 seconds; the server allows at most 120.</summary>
    public TimeSpan? TaskTimeout { get; set; }

    /// <summary>Whether the id of a closed workflow may be used again. Default: yes.</summary>
    public WorkflowIdReusePolicy IdReusePolicy { get; set; } = WorkflowIdReusePolicy.AllowDuplicate;

    /// <summary>What happens when a workflow of the id is running. Default: unspecified, the start fails (a signal-with-start uses it).</summary>
    public WorkflowIdConflictPolicy IdConflictPolicy { get; set; } = WorkflowIdConflictPolicy.Unspecified;

    /// <summary>When a failed run is followed by another. Default: never.</summary>
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Cron expression by which run follows run; not together with <see cref="StartDelay"/>. Default: none.</summary>
    public string? CronSchedule { get; set; }

    /// <summary>Values kept with the workflow, not searchable. Default: none.</summary>
    public IReadOnlyDictionary<string, object>? Memo { get; set; }

    /// <summary>Searchable values kept with the workflow. Default: none.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; set; }

    /// <summary>Time before the first workflow task; a signal-with-start cuts it short. Default: none.</summary>
    public TimeSpan? StartDelay { get; set; }

    /// <summary>Signal sent in the same step, to the running workflow if there is one. Default: none.</summary>
    public string? StartSignal { get; set; }

    /// <summary>Arguments of <see cref="StartSignal"/>. Default: none.</summary>
    public IReadOnlyCollection<object?>? StartSignalArgs { get; set; }

    /// <summary>Whether a worker of this process over the same connection, if it has room, may be given the first task with the answer. Not with a start signal. Default: false.</summary>
    public bool RequestEagerStart { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Priority of the workflow's tasks. Default: none.</summary>
    public Priority? Priority { get; set; }

    /// <summary>Versioning of this run instead of what its worker says. Default: none.</summary>
    public VersioningOverride? VersioningOverride { get; set; }

    /// <summary>Sets signal and arguments from a call of the signal method.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="signalCall">Exactly one call of the signal method.</param>
    public void SignalWithStart<TWorkflow>(Expression<Func<TWorkflow, Task>> signalCall)
    {
        var (method, args) = ExpressionCall.Extract(signalCall);
        SignalWithStart(WorkflowSignalDefinition.NameFromMethodForCall(method), args);
    }

    /// <summary>Sets signal and arguments.</summary>
    /// <param name="signal">Name of the signal.</param>
    /// <param name="args">Arguments.</param>
    public void SignalWithStart(string signal, IReadOnlyCollection<object?> args)
    {
        StartSignal = signal;
        StartSignalArgs = args;
    }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (WorkflowOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
