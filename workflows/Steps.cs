using Orchestrator.Activities.Contracts;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>Time limits and retries of each kind of step. A worker that dies is noticed within the heartbeat timeout.</summary>
internal sealed class Steps(TimeSpan stepTimeout)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Reads only: short, retried until the pipeline's folder and the lake answer.</summary>
    public static ActivityOptions Plan { get; } = Options(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30), maximumAttempts: 8);

    /// <summary>Must happen: retried for a day.</summary>
    public static ActivityOptions Record { get; } = Detached(Options(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), maximumAttempts: 0));

    /// <summary>Moves data: bounded by the pipeline's own step limit.</summary>
    public ActivityOptions Data { get; } = Options(stepTimeout, TimeSpan.FromTicks(stepTimeout.Ticks * 4), maximumAttempts: 8);

    /// <summary>Commits: retried until it is known whether the commit is there.</summary>
    public ActivityOptions Publish { get; } = Options(TimeSpan.FromMinutes(5), TimeSpan.FromHours(6), maximumAttempts: 0);

    /// <summary>The same options for one dataset, named in the step's summary so that any client shows it.</summary>
    public static ActivityOptions For(ActivityOptions options, DatasetPlan dataset)
    {
        var copy = (ActivityOptions)options.Clone();
        copy.Summary = dataset.Name;
        return copy;
    }

    private static ActivityOptions Options(TimeSpan attempt, TimeSpan all, int maximumAttempts) => new()
    {
        StartToCloseTimeout = attempt,
        ScheduleToCloseTimeout = all,
        HeartbeatTimeout = Heartbeat,
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        RetryPolicy = new RetryPolicy
        {
            InitialInterval = TimeSpan.FromMilliseconds(500),
            BackoffCoefficient = 2,
            MaximumInterval = TimeSpan.FromSeconds(30),
            MaximumAttempts = maximumAttempts,
        },
    };

    private static ActivityOptions Detached(ActivityOptions options)
    {
        options.CancellationToken = CancellationToken.None;
        return options;
    }
}
