using Orchestrator.Activities.Contracts;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>Time limits and retries of each kind of step. A worker that dies is noticed within the heartbeat timeout.</summary>
internal sealed class Steps(TimeSpan stepTimeout, CancellationToken? work)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Reads only: short, retried until the pipeline's folder and the lake answer.</summary>
    public static ActivityOptions Plan { get; } = Options(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30), maximumAttempts: 8);

    /// <summary>Must happen: retried for a day.</summary>
    public static ActivityOptions Record { get; } = Until(CancellationToken.None, Options(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), maximumAttempts: 0));

    /// <summary>Priority of a backfill's runs, 1 (highest) to 5: below live ones.</summary>
    public const int BackfillPriority = 5;

    /// <summary>Chooses partitions: reads the sources of a whole pipeline.</summary>
    public static ActivityOptions BackfillPlan { get; } = Options(TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), maximumAttempts: 5);

    /// <summary>Waits for a run of somebody else, however long it takes.</summary>
    public static ActivityOptions AwaitRun { get; } = Options(TimeSpan.FromDays(30), TimeSpan.FromDays(30), maximumAttempts: 0);

    /// <summary>Looks at tables, or does a step of maintenance to one: long, and behind everything else.</summary>
    public static ActivityOptions Maintain { get; } = Low(Options(TimeSpan.FromHours(6), TimeSpan.FromDays(1), maximumAttempts: 5));

    /// <summary>Moves data: bounded by the pipeline's own step limit.</summary>
    public ActivityOptions Data { get; } = Until(work, Options(stepTimeout, TimeSpan.FromTicks(stepTimeout.Ticks * 4), maximumAttempts: 8));

    /// <summary>Commits: retried until it is known whether the commit is there.</summary>
    public ActivityOptions Publish { get; } = Until(work, Options(TimeSpan.FromMinutes(5), TimeSpan.FromHours(6), maximumAttempts: 0));

    /// <summary>The same options for one dataset, named in the step's summary so that any client shows it.</summary>
    public static ActivityOptions For(ActivityOptions options, DatasetPlan dataset) => For(options, dataset.Name);

    /// <summary>The same options with a summary that any client shows.</summary>
    public static ActivityOptions For(ActivityOptions options, string summary)
    {
        var copy = (ActivityOptions)options.Clone();
        copy.Summary = summary;
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

    private static ActivityOptions Low(ActivityOptions options)
    {
        options.Priority = new Priority(priorityKey: BackfillPriority);
        return options;
    }

    private static ActivityOptions Until(CancellationToken? end, ActivityOptions options)
    {
        options.CancellationToken = end;
        return options;
    }
}
