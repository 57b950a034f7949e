using Temporalio.Activities;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Benchmarks.Soak;

/// <summary>What the benchmarks' workflows leave out: failures, cancellation, chains, long waits.</summary>
[Workflow("soak")]
public sealed class SoakWorkflow
{
    private int _pokes;

    /// <summary>Runs one of its kinds: <c>retry</c>, <c>fail</c>, <c>cancel</c>, <c>chain</c> or <c>wait</c>.</summary>
    [WorkflowRun]
    public async Task<int> RunAsync(string kind, int count)
    {
        switch (kind)
        {
            case "retry":
                return await Workflow.ExecuteActivityAsync(() => SoakActivities.FailFirst(count), Options(attempts: count + 1));
            case "fail":
                try
                {
                    return await Workflow.ExecuteActivityAsync(() => SoakActivities.FailFirst(count), Options(attempts: 1));
                }
                catch (ActivityFailureException)
                {
                    return -1;
                }

            case "cancel":
                try
                {
                    await Workflow.ExecuteActivityAsync(() => SoakActivities.UntilCanceledAsync(), Options(attempts: 1));
                }
                catch (Exception e) when (TemporalException.IsCanceledException(e))
                {
                    // What has to be done all the same is not part of the canceled scope.
                    await Workflow.DelayAsync(1, CancellationToken.None);
                    throw;
                }

                return 0;
            case "chain" when count > 0:
                await Workflow.DelayAsync(1);
                throw Workflow.CreateContinueAsNewException((SoakWorkflow w) => w.RunAsync(kind, count - 1));
            case "wait":
                await Workflow.WaitConditionAsync(() => _pokes >= count);
                return _pokes;
            default:
                return count;
        }
    }

    /// <summary>Counts.</summary>
    [WorkflowSignal]
    public Task PokeAsync()
    {
        _pokes++;
        return Task.CompletedTask;
    }

    /// <summary>The count so far.</summary>
    [WorkflowQuery]
    public int Pokes() => _pokes;

    private static ActivityOptions Options(int attempts) => new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(5),
        HeartbeatTimeout = TimeSpan.FromSeconds(5),
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(10), BackoffCoefficient = 1, MaximumAttempts = attempts },
    };
}

/// <summary>Activities that fail and that are canceled. Safe to repeat.</summary>
public static class SoakActivities
{
    /// <summary>Fails so often and then answers the attempt.</summary>
    [Activity]
    public static int FailFirst(int times) => ActivityExecutionContext.Current.Info.Attempt is var attempt && attempt > times
        ? attempt
        : throw new ApplicationFailureException($"attempt {attempt} of {times + 1}");

    /// <summary>Waits, with heartbeats, until it is canceled.</summary>
    [Activity]
    public static async Task UntilCanceledAsync()
    {
        var context = ActivityExecutionContext.Current;
        while (true)
        {
            context.Heartbeat();
            await Task.Delay(100, context.CancellationToken);
        }
    }
}
