using System.Linq.Expressions;
using Temporalio.Api.Common.V1;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Temporalio.Client;

/// <summary>How an update-with-start starts its workflow, and where the started workflow is found afterwards. Can be used once.</summary>
public abstract class WithStartWorkflowOperation : ICloneable
{
    private int _used;

    private protected WithStartWorkflowOperation(string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options)
    {
        Workflow = workflow;
        Args = args;
        Options = options;
    }

    /// <summary>Type name of the workflow.</summary>
    public string Workflow { get; set; }

    /// <summary>Arguments.</summary>
    public IReadOnlyCollection<object?> Args { get; set; }

    /// <summary>Options; id, task queue and conflict policy are required, start signal and eager start are not allowed.</summary>
    public WorkflowOptions Options { get; set; }

    /// <summary>Headers sent with the start. Default: none.</summary>
#pragma warning disable CA2227 // Interceptors replace it, as in the official SDK.
    public IDictionary<string, Payload>? Headers { get; set; }
#pragma warning restore CA2227

    /// <summary>An operation that starts a workflow.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="workflowRunCall">Exactly one call of the run method.</param>
    /// <param name="options">Options.</param>
    /// <returns>The operation.</returns>
    public static WithStartWorkflowOperation<WorkflowHandle<TWorkflow, TResult>> Create<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, WorkflowOptions options)
    {
        var (method, args) = ExpressionCall.Extract(workflowRunCall);
        return new(
            WorkflowDefinition.NameFromRunMethodForCall(method), args, options,
            handle => new(handle.Client, handle.Id, handle.RunId, handle.ResultRunId, handle.FirstExecutionRunId));
    }

    /// <summary>An operation that starts a workflow without result.</summary>
    /// <typeparam name="TWorkflow">The workflow.</typeparam>
    /// <param name="workflowRunCall">Exactly one call of the run method.</param>
    /// <param name="options">Options.</param>
    /// <returns>The operation.</returns>
    public static WithStartWorkflowOperation<WorkflowHandle<TWorkflow>> Create<TWorkflow>(
        Expression<Func<TWorkflow, Task>> workflowRunCall, WorkflowOptions options)
    {
        var (method, args) = ExpressionCall.Extract(workflowRunCall);
        return new(
            WorkflowDefinition.NameFromRunMethodForCall(method), args, options,
            handle => new(handle.Client, handle.Id, handle.RunId, handle.ResultRunId, handle.FirstExecutionRunId));
    }

    /// <summary>An operation that starts a workflow by name.</summary>
    /// <param name="workflow">Type name of the workflow.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>The operation.</returns>
    public static WithStartWorkflowOperation<WorkflowHandle> Create(string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options) =>
        new(workflow, args, options, handle => handle);

    /// <summary>Makes an unused copy, options included.</summary>
    /// <returns>The copy.</returns>
    public abstract object Clone();

    /// <summary>Claims the operation for one use.</summary>
    internal void MarkUsed()
    {
        if (Interlocked.Exchange(ref _used, 1) != 0)
        {
            throw new InvalidOperationException("The start operation was used already. Help: create one per update-with-start.");
        }
    }

    /// <summary>Hands over the started workflow.</summary>
    internal abstract void SetHandle(WorkflowHandle handle);

    /// <summary>Hands over why there is none.</summary>
    internal abstract void SetException(Exception exception);
}
