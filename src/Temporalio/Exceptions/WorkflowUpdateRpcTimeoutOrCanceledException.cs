namespace Temporalio.Exceptions;

/// <summary>Waiting for a workflow update ended by timeout or cancellation; the update itself may still be running.</summary>
public class WorkflowUpdateRpcTimeoutOrCanceledException : RpcTimeoutOrCanceledException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="inner">The underlying timeout or cancellation.</param>
    public WorkflowUpdateRpcTimeoutOrCanceledException(Exception? inner)
        : base("Timeout or cancellation waiting for update", inner)
    {
    }
}
