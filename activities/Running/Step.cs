using Temporalio.Activities;

namespace Orchestrator.Activities.Running;

/// <summary>
/// The frame around every activity: its own thread (the engine blocks), a heartbeat every second so that a dead worker is noticed, and one
/// place where exceptions become failures.
/// </summary>
internal static class Step
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs the body on a thread of its own until it ends or the activity is cancelled.</summary>
    /// <param name="body">The step.</param>
    /// <param name="waitForSpace">Whether a full disk is worth waiting for: when part of the run is visible already and the rest must follow.</param>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> body, bool waitForSpace = false)
    {
        var context = ActivityExecutionContext.Current;
        using var beat = new Timer(_ => context.Heartbeat(), null, HeartbeatInterval, HeartbeatInterval);
        try
        {
            return await Task.Factory.StartNew(
                () => body(context.CancellationToken).GetAwaiter().GetResult(),
                context.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        catch (Exception e) when (StepFailures.Translate(e, waitForSpace) is { } failure)
        {
            throw failure;
        }
    }
}
