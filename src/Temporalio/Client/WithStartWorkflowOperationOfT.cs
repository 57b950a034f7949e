namespace Temporalio.Client;

/// <summary>How an update-with-start starts its workflow, and where the started workflow is found afterwards. Can be used once.</summary>
/// <typeparam name="THandle">Type of the started workflow's handle.</typeparam>
public sealed class WithStartWorkflowOperation<THandle> : WithStartWorkflowOperation
    where THandle : WorkflowHandle
{
    private readonly TaskCompletionSource<THandle> _handle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<WorkflowHandle, THandle> _convert;

    internal WithStartWorkflowOperation(
        string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options, Func<WorkflowHandle, THandle> convert)
        : base(workflow, args, options) => _convert = convert;

    /// <summary>The started, or already running, workflow.</summary>
    /// <returns>Its handle, once the operation was carried out.</returns>
    /// <exception cref="Exceptions.WorkflowAlreadyStartedException">The id is taken and the conflict policy is to fail.</exception>
    public Task<THandle> GetHandleAsync() => _handle.Task;

    /// <inheritdoc/>
    public override object Clone() => new WithStartWorkflowOperation<THandle>(Workflow, Args, (WorkflowOptions)Options.Clone(), _convert)
    {
        Headers = Headers,
    };

    /// <inheritdoc/>
    internal override void SetHandle(WorkflowHandle handle) => _handle.TrySetResult(_convert(handle));

    /// <inheritdoc/>
    internal override void SetException(Exception exception)
    {
        _handle.TrySetException(exception);

        // Callers learn of the failure from the update itself; this task need not be observed.
        _ = _handle.Task.Exception;
    }
}
