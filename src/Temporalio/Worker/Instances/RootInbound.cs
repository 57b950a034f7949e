using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>End of the inbound chain: calls the user's methods.</summary>
internal sealed class RootInbound(WorkflowInstance instance) : WorkflowInboundInterceptor
{
    /// <inheritdoc/>
    public override void Init(WorkflowOutboundInterceptor outbound) => instance.Outbound = outbound;

    /// <inheritdoc/>
    public override Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input) => CallAsync(instance.RunHandler, input.Instance, input.Args);

    /// <inheritdoc/>
    public override async Task HandleSignalAsync(HandleSignalInput input)
    {
        var task = (Task)input.Definition.Handler.Invoke(instance.Instance, input.Args)!;
        await task.ConfigureAwait(true);
    }

    /// <inheritdoc/>
    public override object? HandleQuery(HandleQueryInput input) => input.Definition.Handler.Invoke(instance.Instance, input.Args);

    /// <inheritdoc/>
    public override void ValidateUpdate(HandleUpdateInput input) => input.Definition.Validator?.Invoke(instance.Instance, input.Args);

    /// <inheritdoc/>
    public override Task<object?> HandleUpdateAsync(HandleUpdateInput input) => instance.EndsInline
        ? CallInline(input.Definition.Handler, input.Args)
        : CallAsync(input.Definition.Handler, instance.Instance, input.Args);

    private Task<object?> CallInline(HandlerMethod handler, object?[] args)
    {
        var source = new TaskCompletionSource<object?>();
        instance.RunInline((Task)handler.Invoke(instance.Instance, args)!, ended =>
        {
            if (ended.IsFaulted)
            {
                source.TrySetException(ended.Exception.InnerExceptions);
            }
            else if (ended.IsCanceled)
            {
                source.TrySetCanceled();
            }
            else
            {
                source.TrySetResult(handler.ResultOf(ended));
            }
        });
        return source.Task;
    }

    private static async Task<object?> CallAsync(HandlerMethod handler, object target, object?[] args)
    {
        var task = (Task)handler.Invoke(target, args)!;
        await task.ConfigureAwait(true);
        return handler.ResultOf(task);
    }
}
