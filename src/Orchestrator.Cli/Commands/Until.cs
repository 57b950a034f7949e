namespace Orchestrator.Cli.Commands;

/// <summary>Waiting for the end of a command that runs until it is stopped.</summary>
internal static class Until
{
    /// <summary>Returns on Ctrl+C; throws what the worker threw when it ends by itself.</summary>
    public static async Task StoppedAsync(Task workerTask, bool worker, CancellationToken cancellationToken)
    {
        var stopped = Task.Delay(Timeout.Infinite, cancellationToken);
        var first = worker ? await Task.WhenAny(workerTask, stopped) : await Task.WhenAny(stopped);
        if (first == workerTask)
        {
            await workerTask;
        }
    }
}
