using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <summary>Tells an update that was not waited for to the end from one that failed.</summary>
internal static class UpdateErrors
{
    /// <summary>Runs calls about an update; their timeouts and cancellations become the exception for it.</summary>
    internal static async Task<T> TranslateAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new WorkflowUpdateRpcTimeoutOrCanceledException(e);
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.Cancelled)
        {
            throw new WorkflowUpdateRpcTimeoutOrCanceledException(e);
        }
    }
}
