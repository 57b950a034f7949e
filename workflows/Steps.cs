using Orchestrator.Activities.Contracts;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>Time limits and retries of each kind of step. A worker that dies is noticed within the heartbeat timeout.</summary>
internal sealed class Steps(RunPlan plan, CancellationToken? work)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Reads only: short; how often it is tried again the activity says itself, which alone has read the pipeline.</summary>
    public static ActivityOptions Plan { get; } = Options(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30), maximumAttempts: 0);

    /// <summary>Must happen: retried for a day.</summary>
    public static ActivityOptions Record { get; } = Until(CancellationToken.None, Options(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), maximumAttempts: 0));

    /// <summary>Priority of a backfill's runs, 1 (highest) to 5: below live ones.</summary>
    public const int BackfillPriority = 5;

    /// <summary>Chooses partitions: reads the sources of a whole pipeline.</summary>
    public static ActivityOptions BackfillPlan { get; } = Options(TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), maximumAttempts: 5);

    /// <summary>Waits for a run of somebody else, however long it takes.</summary>
    public static ActivityOptions AwaitRun { get; } = Options(TimeSpan.FromDays(30), TimeSpan.FromDays(30), maximumAttempts: 0);

    /// <summary>Decides, looks and hands over: short, retried for a while.</summary>
    public static ActivityOptions Trigger { get; } = Options(TimeSpan.FromMinutes(10), TimeSpan.FromHours(2), maximumAttempts: 8);

    /// <summary>Looks at tables, or does a step of maintenance to one: long, and behind everything else.</summary>
    public static ActivityOptions Maintain { get; } = Low(Options(TimeSpan.FromHours(6), TimeSpan.FromDays(1), maximumAttempts: 5));

    /// <summary>Looks what a rollback would do, through the ledgers of all pipelines.</summary>
    public static ActivityOptions RollbackPlan { get; } = Options(TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), maximumAttempts: 5);

    /// <summary>Takes back what a run published to a table: as a publish, until it is known to have happened.</summary>
    public static ActivityOptions Restore { get; } = Until(CancellationToken.None, Options(TimeSpan.FromMinutes(5), TimeSpan.FromHours(6), maximumAttempts: 0));

    /// <summary>Looks who still runs: short, and before everything else.</summary>
    public static ActivityOptions FlowCheck { get; } = new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(1),
        ScheduleToCloseTimeout = TimeSpan.FromMinutes(3),
        Priority = new Priority(priorityKey: 1),
    };

    /// <summary>Copies source files.</summary>
    public ActivityOptions Land { get; } = Data("land", plan, work);

    /// <summary>Loads landed files.</summary>
    public ActivityOptions Load { get; } = Data("load", plan, work);

    /// <summary>Runs a model.</summary>
    public ActivityOptions Transform { get; } = Data("transform", plan, work);

    /// <summary>Commits: retried until it is known whether the commit is there, unless the pipeline says how often.</summary>
    public ActivityOptions Publish { get; } = Of(plan, Until(work, Declared("publish", plan, Options(TimeSpan.FromMinutes(5), TimeSpan.FromHours(6), maximumAttempts: 0))));

    /// <summary>As <see cref="Record"/>, unless the pipeline says how often.</summary>
    /// <param name="plan">The run's plan; null when there is none.</param>
    public static ActivityOptions RecordOf(RunPlan? plan) => plan is null ? Record : Of(plan, Until(CancellationToken.None, Declared("record", plan, Options(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), maximumAttempts: 0))));

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

    /// <summary>Bounded by the pipeline's own step limit, tried again as it says.</summary>
    private static ActivityOptions Data(string step, RunPlan plan, CancellationToken? work)
    {
        var retry = plan.Retry?.GetValueOrDefault(step) ?? StepRetry.Default;
        if (step is not "land" && plan.Retry?.GetValueOrDefault("audit") is { } audit)
        {
            // The audit is part of the step, which tells by which of the two policies a failure is tried again.
            var both = retry with { Attempts = Math.Max(retry.Attempts, audit.Attempts), MaxDelay = retry.MaxDelay > audit.MaxDelay ? retry.MaxDelay : audit.MaxDelay };
            return Of(plan, Until(work, Retried(both, Options(plan.StepTimeout, both.Longest(plan.StepTimeout) + audit.Longest(TimeSpan.Zero), both.Attempts))));
        }

        return Of(plan, Until(work, Retried(retry, Options(plan.StepTimeout, retry.Longest(plan.StepTimeout), retry.Attempts))));
    }

    private static ActivityOptions Declared(string step, RunPlan plan, ActivityOptions options)
    {
        if (plan.Retry?.GetValueOrDefault(step) is { } retry)
        {
            options.ScheduleToCloseTimeout = retry.Longest(options.StartToCloseTimeout!.Value);
            return Retried(retry, options);
        }

        return options;
    }

    private static ActivityOptions Retried(StepRetry retry, ActivityOptions options)
    {
        options.RetryPolicy = new RetryPolicy
        {
            InitialInterval = retry.FirstDelay,
            BackoffCoefficient = (float)retry.Backoff,
            MaximumInterval = retry.MaxDelay,
            MaximumAttempts = retry.Attempts,
        };
        return options;
    }

    /// <summary>In the turn of the run's lane and tenant. Whoever started it with a priority of their own keeps it.</summary>
    private static ActivityOptions Of(RunPlan plan, ActivityOptions options)
    {
        if (plan.Tenant is { } tenant)
        {
            var own = Workflow.Info.Priority;
            options.Priority = new Priority(
                own.PriorityKey ?? RunPriority.KeyOf(plan.Request.Lane ?? RunLane.Live, plan.Priority ?? RunPriority.Default),
                own.FairnessKey ?? tenant,
                own.FairnessWeight);
        }

        return options;
    }

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
