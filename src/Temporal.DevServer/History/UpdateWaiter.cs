using Temporalio.Api.Update.V1;

namespace Temporal.DevServer.History;

/// <summary>Wakes the callers of one update at each stage.</summary>
internal sealed class UpdateWaiter
{
    /// <summary>Completes when the workflow has taken the update on, or with its end.</summary>
    public TaskCompletionSource Accepted { get; } = New();

    /// <summary>Completes with the outcome, or fails with the error that ended the update.</summary>
    public TaskCompletionSource<Outcome> Completed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Complete(Outcome outcome)
    {
        Completed.TrySetResult(outcome);
        Accepted.TrySetResult();
    }

    public void Fail(Exception error)
    {
        Completed.TrySetException(error);
        Accepted.TrySetException(error);
        _ = Completed.Task.Exception; // nobody need be listening
        _ = Accepted.Task.Exception;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
