using System.Diagnostics;
using Google.Protobuf;
using Temporalio.Activities;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Telemetry;
using Priority = Temporalio.Common.Priority;
using RetryPolicy = Temporalio.Common.RetryPolicy;

namespace Temporalio.Worker;

/// <summary>One attempt of an activity from the task to the reported outcome.</summary>
internal sealed class ActivityAttempt : IDisposable
{
    private readonly PollActivityTaskQueueResponse _task;
    private readonly IActivityServicePort _service;
    private readonly ActivityWorkerOptions _options;
    private readonly ActivityRunner _runner;
    private readonly ActivityCancellation _cancellation = new();
    private readonly DataConverter _converter;
    private readonly ActivityInfo _info;
    private readonly HeartbeatPump _heartbeats;
    private readonly AttemptTimers _timers;
    private readonly ActivityTypeMetrics _metrics;

    internal ActivityAttempt(
        PollActivityTaskQueueResponse task, IActivityServicePort service, ActivityWorkerOptions options, ActivityRunner runner)
    {
        _task = task;
        _service = service;
        _options = options;
        _runner = runner;
        var plain = CreateInfo(task, options);
        _converter = options.DataConverter.WithSerializationContext(new ISerializationContext.Activity(plain));
        _info = ReferenceEquals(_converter, plain.DataConverter) ? plain : plain with { DataConverter = _converter };
        _timers = new(_info, options, _cancellation);
        _metrics = options.Telemetry.Activity(_info.ActivityType, _info.WorkflowType ?? string.Empty);
        _heartbeats = new(task.TaskToken, _info, _converter, service, options, _cancellation, _timers.OnHeartbeat);
    }

    public void Dispose()
    {
        _timers.Dispose();
        _heartbeats.Dispose();
        _cancellation.Dispose();
    }

    /// <summary>Asks the attempt to end early.</summary>
    internal void Cancel(ActivityCancelReason reason) => _cancellation.Cancel(reason);

    /// <summary>Runs the attempt and reports its outcome. Never throws for what the activity or the server does.</summary>
    internal async Task ExecuteAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var context = _runner.CreateContext(_info, _cancellation, _converter);
        object? result = null;
        Exception? failure = null;
        try
        {
            _timers.Start();
            var (input, headers) = await DecodeAsync().ConfigureAwait(false);
            result = await _runner.RunAsync(context, input, headers, _heartbeats.Record).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever user code threw is the attempt's outcome.
            failure = e;
        }

        _timers.Dispose();
        _metrics.Executed(Stopwatch.GetElapsedTime(began));
        var unsent = await _heartbeats.StopAsync().ConfigureAwait(false);
        try
        {
            await ReportAsync(context, result, failure, unsent).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            WorkerLog.OutcomeUnwanted(context.Logger, _info.ActivityType);
        }
        catch (Exception e)
        {
            WorkerLog.OutcomeNotReported(context.Logger, e, _info.ActivityType);
        }
    }

    private static ActivityInfo CreateInfo(PollActivityTaskQueueResponse task, ActivityWorkerOptions options)
    {
        var byWorkflow = !string.IsNullOrEmpty(task.WorkflowExecution?.WorkflowId);
        return new(
            ActivityId: task.ActivityId,
            ActivityType: task.ActivityType.Name,
            Attempt: task.Attempt,
            CurrentAttemptScheduledTime: task.CurrentAttemptScheduledTime?.ToDateTime() ?? task.ScheduledTime?.ToDateTime() ?? default,
            DataConverter: options.DataConverter,
            HeartbeatDetails: task.HeartbeatDetails?.Payloads_ ?? [],
            HeartbeatTimeout: Positive(task.HeartbeatTimeout),
            IsLocal: false,
            Namespace: options.Namespace,
            Priority: Priority.FromProto(task.Priority),
            RetryPolicy: task.RetryPolicy is { } retry ? RetryPolicy.FromProto(retry) : null,
            ScheduleToCloseTimeout: Positive(task.ScheduleToCloseTimeout),
            ScheduledTime: task.ScheduledTime?.ToDateTime() ?? default,
            StartToCloseTimeout: Positive(task.StartToCloseTimeout),
            StartedTime: task.StartedTime?.ToDateTime() ?? default,
            TaskQueue: options.TaskQueue,
            TaskToken: task.TaskToken.ToByteArray(),
            WorkflowId: byWorkflow ? task.WorkflowExecution!.WorkflowId : null,
            WorkflowNamespace: byWorkflow ? task.WorkflowNamespace : null,
            WorkflowRunId: byWorkflow ? task.WorkflowExecution!.RunId : null,
            WorkflowType: byWorkflow ? task.WorkflowType?.Name : null);
    }

    private static TimeSpan? Positive(Google.Protobuf.WellKnownTypes.Duration? duration) =>
        duration?.ToTimeSpan() is { } time && time > TimeSpan.Zero ? time : null;

    private async Task<(IReadOnlyList<Payload> Input, IReadOnlyDictionary<string, Payload>? Headers)> DecodeAsync()
    {
        IReadOnlyList<Payload> input = _task.Input?.Payloads_ ?? [];
        var fields = _task.Header?.Fields;
        if (_converter.PayloadCodec is { } codec)
        {
            try
            {
                if (input.Count > 0)
                {
                    input = [.. await codec.DecodeAsync(input).ConfigureAwait(false)];
                }

                if (fields is not null)
                {
                    await codec.DecodeInPlaceAsync(fields).ConfigureAwait(false);
                }
            }
            catch (Exception e)
            {
                throw new ApplicationFailureException($"Input of activity '{_info.ActivityType}' cannot be decoded by the codec: {e.Message}", e);
            }
        }

        return (input, fields is { Count: > 0 } ? new Dictionary<string, Payload>(fields) : null);
    }

    private async Task ReportAsync(ActivityExecutionContext context, object? result, Exception? failure, object?[]? unsent)
    {
        if (_cancellation.Reason == ActivityCancelReason.GoneFromServer)
        {
            WorkerLog.OutcomeUnwanted(context.Logger, _info.ActivityType);
            return;
        }

        switch (failure)
        {
            case null:
                if (await EncodeAsync(result).ConfigureAwait(false) is var (payloads, encodeFailure) && encodeFailure is null)
                {
                    await _service.CompleteAsync(
                        new()
                        {
                            Namespace = _options.Namespace, Identity = _options.Identity, TaskToken = _task.TaskToken, Result = payloads,
                            DeploymentOptions = _options.DeploymentOptions?.ToProto(),
                        },
                        CancellationToken.None).ConfigureAwait(false);
                    _metrics.Succeeded(_options.TimeProvider.GetUtcNow().UtcDateTime - _info.ScheduledTime);
                    return;
                }

                await FailAsync(context, encodeFailure!, unsent).ConfigureAwait(false);
                return;
            case CompleteAsyncException:
                return;
            case OperationCanceledException or CanceledFailureException when _cancellation.Reason == ActivityCancelReason.CancelRequested:
                WorkerLog.ActivityCanceled(context.Logger);
                await _heartbeats.FlushAsync(unsent).ConfigureAwait(false);
                await _service.CancelAsync(
                    new()
                    {
                        Namespace = _options.Namespace, Identity = _options.Identity, TaskToken = _task.TaskToken,
                        Details = await EncodeDetailsAsync((failure as CanceledFailureException)?.Details).ConfigureAwait(false),
                        DeploymentOptions = _options.DeploymentOptions?.ToProto(),
                    },
                    CancellationToken.None).ConfigureAwait(false);
                return;
            case OperationCanceledException or CanceledFailureException:
                await FailAsync(context, ForCancellation(failure), unsent).ConfigureAwait(false);
                return;
            default:
                await FailAsync(context, failure, unsent).ConfigureAwait(false);
                return;
        }
    }

    // A cancellation that the server did not ask for is a failure that says who did.
    private Exception ForCancellation(Exception failure) => _cancellation.Reason switch
    {
        ActivityCancelReason.Paused => new ApplicationFailureException("Activity paused", failure, errorType: "ActivityPause"),
        ActivityCancelReason.Reset => new ApplicationFailureException("Activity reset", failure, errorType: "ActivityReset"),
        ActivityCancelReason.WorkerShutdown => new ApplicationFailureException(
            "Worker is shutting down and this activity did not complete in time", failure, errorType: "WorkerShutdown"),
        ActivityCancelReason.HeartbeatRecordFailure => _cancellation.HeartbeatFailure ?? failure,
        _ => failure,
    };

    private async Task<(Payloads? Result, Exception? Failure)> EncodeAsync(object? result)
    {
        try
        {
            // An empty tuple stands for "no result", which travels as null.
            var payload = await _converter.ToPayloadAsync(result is ValueTuple ? null : result).ConfigureAwait(false);
            var payloads = new Payloads { Payloads_ = { payload } };
            return _options.PayloadLimits?.Problem(PayloadSize.Of($"Bytes of the result of activity '{_info.ActivityType}'", payloads)) is { } tooLarge
                ? (null, new ApplicationFailureException(tooLarge, errorType: "PayloadSizeError"))
                : (payloads, null);
        }
        catch (Exception e)
        {
            return (null, new ApplicationFailureException($"Result of activity '{_info.ActivityType}' cannot be encoded: {e.Message}", e));
        }
    }

    private async Task<Payloads?> EncodeDetailsAsync(IFailureDetails? details)
    {
        if (details is InboundFailureDetails { Payloads: { Count: > 0 } received })
        {
            var encoded = _converter.PayloadCodec is { } codec ? await codec.EncodeAsync(received).ConfigureAwait(false) : received;
            return new() { Payloads_ = { encoded } };
        }

        return details is OutboundFailureDetails { Details: { Count: > 0 } values }
            ? new() { Payloads_ = { await _converter.ToPayloadsAsync(values).ConfigureAwait(false) } }
            : null;
    }

    private async Task FailAsync(ActivityExecutionContext context, Exception failure, object?[]? unsent)
    {
        if (failure is ApplicationFailureException { Category: Api.Enums.V1.ApplicationErrorCategory.Benign })
        {
            WorkerLog.ActivityFailedBenign(context.Logger, failure);
        }
        else
        {
            WorkerLog.ActivityFailed(context.Logger, failure);
            _metrics.Failed();
        }

        _options.Telemetry.ActivitySlots.Fail();

        Api.Failure.V1.Failure converted;
        try
        {
            converted = await _converter.ToFailureAsync(failure).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The failure itself cannot be encoded, typically one of its details; what happened must be told all the same.
            converted = await DataConverter.Default.ToFailureAsync(new ApplicationFailureException(
                $"Failure of activity '{_info.ActivityType}' cannot be encoded: {e.Message} (it was: {failure.Message})", failure.GetType().Name))
                .ConfigureAwait(false);
        }

        await _service.FailAsync(
            new()
            {
                Namespace = _options.Namespace, Identity = _options.Identity, TaskToken = _task.TaskToken, Failure = converted,
                LastHeartbeatDetails = await _heartbeats.TryEncodeAsync(unsent).ConfigureAwait(false),
                DeploymentOptions = _options.DeploymentOptions?.ToProto(),
            },
            CancellationToken.None).ConfigureAwait(false);
    }
}
