using System.Linq.Expressions;
using Temporalio.Common;
using Temporalio.Worker.Instances;

namespace Temporalio.Workflows;

/// <content>Child workflows, other workflows and going on as a new run.</content>
public static partial class Workflow
{
    /// <summary>Starts a child workflow and waits for its result.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="workflowRunCall">Call of the main method, as in <c>wf =&gt; wf.RunAsync(1)</c>.</param>
    /// <param name="options">Options.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.ChildWorkflowFailureException">The child did not complete.</exception>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is in use.</exception>
    public static async Task<TResult> ExecuteChildWorkflowAsync<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var handle = await StartChildWorkflowAsync(workflowRunCall, options).ConfigureAwait(true);
        return await handle.GetResultAsync().ConfigureAwait(true);
    }

    /// <summary>Starts a child workflow and waits for its end.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <param name="workflowRunCall">Call of the main method, as in <c>wf =&gt; wf.RunAsync(1)</c>.</param>
    /// <param name="options">Options.</param>
    /// <returns>Done when the child is.</returns>
    /// <exception cref="Exceptions.ChildWorkflowFailureException">The child did not complete.</exception>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is in use.</exception>
    public static async Task ExecuteChildWorkflowAsync<TWorkflow>(
        Expression<Func<TWorkflow, Task>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var handle = await StartChildWorkflowAsync(workflowRunCall, options).ConfigureAwait(true);
        await handle.GetResultAsync().ConfigureAwait(true);
    }

    /// <summary>Starts a child workflow by name and waits for its result.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="workflow">Workflow type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.ChildWorkflowFailureException">The child did not complete.</exception>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is in use.</exception>
    public static async Task<TResult> ExecuteChildWorkflowAsync<TResult>(
        string workflow, IReadOnlyCollection<object?> args, ChildWorkflowOptions? options = null)
    {
        var handle = await StartChildWorkflowAsync(workflow, args, options).ConfigureAwait(true);
        return await handle.GetResultAsync<TResult>().ConfigureAwait(true);
    }

    /// <summary>Starts a child workflow by name and waits for its end.</summary>
    /// <param name="workflow">Workflow type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>Done when the child is.</returns>
    /// <exception cref="Exceptions.ChildWorkflowFailureException">The child did not complete.</exception>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is in use.</exception>
    public static async Task ExecuteChildWorkflowAsync(
        string workflow, IReadOnlyCollection<object?> args, ChildWorkflowOptions? options = null)
    {
        var handle = await StartChildWorkflowAsync(workflow, args, options).ConfigureAwait(true);
        await handle.GetResultAsync().ConfigureAwait(true);
    }

    /// <summary>Starts a child workflow.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="workflowRunCall">Call of the main method, as in <c>wf =&gt; wf.RunAsync(1)</c>.</param>
    /// <param name="options">Options.</param>
    /// <returns>The child, once it is started.</returns>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is in use.</exception>
    public static Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var (method, args) = ExpressionCall.Extract(workflowRunCall);
        return Context.Outbound.StartChildWorkflowAsync<TWorkflow, TResult>(
            new(WorkflowDefinition.NameFromRunMethodForCall(method), args, options ?? new(), null));
    }

    /// <summary>Starts a child workflow.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <param name="workflowRunCall">Call of the main method, as in <c>wf =&gt; wf.RunAsync(1)</c>.</param>
    /// <param name="options">Options.</param>
    /// <returns>The child, once it is started.</returns>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is in use.</exception>
    public static async Task<ChildWorkflowHandle<TWorkflow>> StartChildWorkflowAsync<TWorkflow>(
        Expression<Func<TWorkflow, Task>> workflowRunCall, ChildWorkflowOptions? options = null)
    {
        var (method, args) = ExpressionCall.Extract(workflowRunCall);
        return await Context.Outbound.StartChildWorkflowAsync<TWorkflow, ValueTuple>(
            new(WorkflowDefinition.NameFromRunMethodForCall(method), args, options ?? new(), null)).ConfigureAwait(true);
    }

    /// <summary>Starts a child workflow by name.</summary>
    /// <param name="workflow">Workflow type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options.</param>
    /// <returns>The child, once it is started.</returns>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is in use.</exception>
    public static async Task<ChildWorkflowHandle> StartChildWorkflowAsync(
        string workflow, IReadOnlyCollection<object?> args, ChildWorkflowOptions? options = null) =>
        await Context.Outbound.StartChildWorkflowAsync<object, ValueTuple>(new(workflow, args, options ?? new(), null)).ConfigureAwait(true);

    /// <summary>Handle of another workflow.</summary>
    /// <param name="id">Workflow id.</param>
    /// <param name="runId">Run id; null means the current run.</param>
    /// <returns>The handle; nothing is sent yet.</returns>
    public static ExternalWorkflowHandle GetExternalWorkflowHandle(string id, string? runId = null) => new ExternalHandle<object>(Context, id, runId);

    /// <summary>Handle of another workflow of a known type.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <param name="id">Workflow id.</param>
    /// <param name="runId">Run id; null means the current run.</param>
    /// <returns>The handle; nothing is sent yet.</returns>
    public static ExternalWorkflowHandle<TWorkflow> GetExternalWorkflowHandle<TWorkflow>(string id, string? runId = null) =>
        new ExternalHandle<TWorkflow>(Context, id, runId);

    /// <summary>Makes the exception that, thrown from the main method, goes on as a new run.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <param name="workflowRunCall">Call of the main method, as in <c>wf =&gt; wf.RunAsync(1)</c>.</param>
    /// <param name="options">Options; what is not set stays as it is.</param>
    /// <returns>The exception to throw.</returns>
    public static ContinueAsNewException CreateContinueAsNewException<TWorkflow>(
        Expression<Func<TWorkflow, Task>> workflowRunCall, ContinueAsNewOptions? options = null) => ContinueAsNew(workflowRunCall, options);

    /// <summary>Makes the exception that, thrown from the main method, goes on as a new run.</summary>
    /// <typeparam name="TWorkflow">Workflow type.</typeparam>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="workflowRunCall">Call of the main method, as in <c>wf =&gt; wf.RunAsync(1)</c>.</param>
    /// <param name="options">Options; what is not set stays as it is.</param>
    /// <returns>The exception to throw.</returns>
    public static ContinueAsNewException CreateContinueAsNewException<TWorkflow, TResult>(
        Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, ContinueAsNewOptions? options = null) => ContinueAsNew(workflowRunCall, options);

    /// <summary>Makes the exception that, thrown from the main method, goes on as a new run.</summary>
    /// <param name="workflow">Workflow type.</param>
    /// <param name="args">Arguments.</param>
    /// <param name="options">Options; what is not set stays as it is.</param>
    /// <returns>The exception to throw.</returns>
    public static ContinueAsNewException CreateContinueAsNewException(
        string workflow, IReadOnlyCollection<object?> args, ContinueAsNewOptions? options = null) =>
        Context.Outbound.CreateContinueAsNewException(new(workflow, args, options, null));

    private static ContinueAsNewException ContinueAsNew(LambdaExpression workflowRunCall, ContinueAsNewOptions? options)
    {
        var (method, args) = ExpressionCall.Extract(workflowRunCall);
        return CreateContinueAsNewException(WorkflowDefinition.NameFromRunMethodForCall(method), args, options);
    }
}
