using Lakehouse;
using Lakehouse.DuckDb;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Running;

/// <summary>
/// The frame around every activity: off the worker's loop (the engine blocks), a heartbeat every second that tells how far it is and by which a dead worker is noticed, and
/// one place where exceptions become failures. Each has the fail points <c>Name.begin</c> and <c>Name.end</c>.
/// </summary>
internal static class Step
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly AsyncLocal<Latest?> Current = new();

    /// <summary>Runs the body on the thread pool until it ends or the activity is cancelled.</summary>
    /// <param name="body">The step.</param>
    /// <param name="waitForSpace">Whether a full disk is worth waiting for: when part of the run is visible already and the rest must follow.</param>
    /// <param name="retry">How a failure that may pass is tried again, by what the step was doing (<see cref="Enter"/>); null for as the service was told. Default: null, always so.</param>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> body, bool waitForSpace = false, Func<string, StepRetry?>? retry = null)
    {
        var context = ActivityExecutionContext.Current;
        var latest = Current.Value = new Latest { Progress = new StepProgress(context.Info.ActivityType) };
        using var beat = new Timer(_ => context.Heartbeat(latest.Progress), null, HeartbeatInterval, HeartbeatInterval);
        try
        {
            return await Task.Run(
                async () =>
                {
                    FailPoint.Hit($"{context.Info.ActivityType}.begin");
                    var result = await body(context.CancellationToken);
                    FailPoint.Hit($"{context.Info.ActivityType}.end");
                    return result;
                },
                context.CancellationToken);
        }
        catch (Exception e) when (StepFailures.Translate(e, waitForSpace) is { } failure)
        {
            // The next try goes on from here, not from where the last second found this one.
            context.Heartbeat(latest.Progress);
            throw TriedAs(retry?.Invoke(latest.Progress.Step), context.Info.Attempt, failure);
        }
    }

    private static ApplicationFailureException TriedAs(StepRetry? retry, int attempt, ApplicationFailureException failure) => retry is null || failure.NonRetryable
        ? failure
        : new ApplicationFailureException(failure.Message, failure, failure.ErrorType, nonRetryable: attempt >= retry.Attempts, nextRetryDelay: retry.DelayAfter(attempt));

    /// <summary>Says what the step does from here on.</summary>
    public static void Enter(string name) => Tell(p => p with { Step = name, Percent = null, Rows = 0 });

    /// <summary>Says which files are landed: a next try goes on behind them.</summary>
    public static void Landed(IReadOnlyList<LandedFile> files) => Tell(p => p with { Landed = files });

    /// <summary>Says where it is written which files are loaded: a next try goes on behind them.</summary>
    public static void Loaded(string path) => Tell(p => p with { Loaded = path });

    /// <summary>How far an earlier try of this step was, as its last heartbeat said; null for a first try.</summary>
    public static async Task<StepProgress?> BeforeAsync() =>
        ActivityExecutionContext.Current.Info is { HeartbeatDetails.Count: > 0 } info ? await info.HeartbeatDetailAtAsync<StepProgress>(0) : null;

    /// <summary>Says how far the step's statement is.</summary>
    public static void Progress(StatementProgress progress) => Tell(p => p with { Percent = progress.Percent, Rows = progress.Rows });

    /// <summary>Nobody listens outside of an activity.</summary>
    private static void Tell(Func<StepProgress, StepProgress> change)
    {
        if (Current.Value is { } latest)
        {
            latest.Progress = change(latest.Progress);
        }
    }

    /// <summary>What the next heartbeat tells.</summary>
    private sealed class Latest
    {
        private volatile StepProgress _progress = new("");

        public StepProgress Progress
        {
            get => _progress;
            set => _progress = value;
        }
    }
}
