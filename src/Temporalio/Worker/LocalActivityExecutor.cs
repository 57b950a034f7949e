using System.Diagnostics;
using Temporalio.Activities;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Tuning;
using Priority = Temporalio.Common.Priority;
using RetryPolicy = Temporalio.Common.RetryPolicy;

namespace Temporalio.Worker;

/// <summary>Runs single attempts of local activities with the activity worker's definitions.</summary>
internal sealed class LocalActivityExecutor : ILocalActivityExecutor
{
    private readonly ActivityRunner _runner;
    private readonly ActivityWorkerOptions _options;
    private readonly SlotPool _slots;

    internal LocalActivityExecutor(ActivityRunner runner, SlotPool slots, ActivityWorkerOptions options)
    {
        _runner = runner;
        _slots = slots;
        _options = options;
    }

    /// <inheritdoc/>
    public bool Knows(string activityType) => _runner.Knows(activityType);

    /// <inheritdoc/>
    public async Task<LocalActivityOutcome> ExecuteAsync(LocalActivityAttempt attempt, CancellationToken cancellationToken)
    {
        SlotPermit permit;
        try
        {
            permit = await _slots.ReserveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new(null, null, true);
        }

        var slot = new SlotInfo.LocalActivitySlotInfo(attempt.ActivityType);
        _slots.MarkUsed(slot, permit);
        try
        {
            var metrics = _options.Telemetry.Activity(attempt.ActivityType, attempt.WorkflowType);
            metrics.LocalStarted();
            var began = Stopwatch.GetTimestamp();
            var outcome = await RunAsync(attempt, cancellationToken).ConfigureAwait(false);
            metrics.LocalEnded(outcome, Stopwatch.GetElapsedTime(began), _options.TimeProvider.GetUtcNow().UtcDateTime - attempt.ScheduledTime);
            if (outcome.Failure is not null)
            {
                _options.Telemetry.LocalActivitySlots.Fail();
            }

            return outcome;
        }
        finally
        {
            _slots.Release(slot, permit);
        }
    }

    private async Task<LocalActivityOutcome> RunAsync(LocalActivityAttempt attempt, CancellationToken cancellationToken)
    {
        using var cancellation = new ActivityCancellation();
        var info = CreateInfo(attempt);
        var converter = _options.DataConverter.WithSerializationContext(new ISerializationContext.Activity(info));
        using var timers = new AttemptTimers(info, _options, cancellation);
        using var canceled = cancellationToken.Register(() => cancellation.Cancel(ActivityCancelReason.CancelRequested));
        var context = _runner.CreateContext(info with { DataConverter = converter }, cancellation, converter);
        try
        {
            timers.Start();

            // A local activity has nobody to tell that it is alive.
            var result = await _runner.RunAsync(context, attempt.Input, attempt.Headers, static _ => { }).ConfigureAwait(false);
            return new(await converter.ToPayloadAsync(result is ValueTuple ? null : result).ConfigureAwait(false), null, false);
        }
        catch (Exception e) when (e is OperationCanceledException or CanceledFailureException
            && cancellation.Reason == ActivityCancelReason.CancelRequested)
        {
            return new(null, null, true);
        }
        catch (Exception e)
        {
            WorkerLog.ActivityFailed(context.Logger, e);
            return new(null, await converter.ToFailureAsync(e).ConfigureAwait(false), false);
        }
    }

    private ActivityInfo CreateInfo(LocalActivityAttempt attempt) => new(
        ActivityId: attempt.ActivityId,
        ActivityType: attempt.ActivityType,
        Attempt: attempt.Attempt,
        CurrentAttemptScheduledTime: attempt.CurrentAttemptScheduledTime,
        DataConverter: _options.DataConverter,
        HeartbeatDetails: [],
        HeartbeatTimeout: null,
        IsLocal: true,
        Namespace: attempt.Namespace,
        Priority: Priority.Default,
        RetryPolicy: attempt.RetryPolicy is { } retry ? RetryPolicy.FromProto(retry) : null,
        ScheduleToCloseTimeout: attempt.ScheduleToCloseTimeout,
        ScheduledTime: attempt.ScheduledTime,
        StartToCloseTimeout: attempt.StartToCloseTimeout,
        StartedTime: _options.TimeProvider.GetUtcNow().UtcDateTime,
        TaskQueue: attempt.TaskQueue,
        TaskToken: [],
        WorkflowId: attempt.WorkflowId,
        WorkflowNamespace: attempt.Namespace,
        WorkflowRunId: attempt.RunId,
        WorkflowType: attempt.WorkflowType);
}
