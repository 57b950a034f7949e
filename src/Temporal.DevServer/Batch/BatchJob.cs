using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Batch;

/// <summary>One batch operation in memory. Guarded by <see cref="Gate"/>.</summary>
internal sealed class BatchJob(BatchRecord record)
{
    public Lock Gate { get; } = new();

    /// <summary>What is known of it; what was done since the last write included.</summary>
    public BatchRecord Record { get; } = record;

    /// <summary>Goes off when somebody stops the job, or the server.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>Completes when nobody works on it any more.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    public bool IsRunning => Record.State == (int)BatchOperationState.Running;

    /// <summary>A copy as it is now.</summary>
    public BatchRecord Snapshot()
    {
        lock (Gate)
        {
            return Record.Clone();
        }
    }

    /// <summary>Notes how one target went.</summary>
    public void Count(bool success)
    {
        lock (Gate)
        {
            if (success)
            {
                Record.Completed++;
            }
            else
            {
                Record.Failed++;
            }
        }
    }
}
