using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Temporalio.Activities;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Worker;

/// <summary>
/// Sends an attempt's heartbeats: the first at once, later ones at intervals, always the newest. The answers tell the attempt when to
/// end early.
/// </summary>
internal sealed class HeartbeatPump : IDisposable
{
    private const double ShareOfTimeout = 0.8;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ByteString _taskToken;
    private readonly DataConverter _converter;
    private readonly IActivityServicePort _service;
    private readonly ActivityWorkerOptions _options;
    private readonly ActivityCancellation _cancellation;
    private readonly Action _sent;
    private readonly TimeSpan _interval;
    private readonly ILogger _logger;
    private object?[]? _pending;
    private Task? _pump;
    private bool _stopped;

    internal HeartbeatPump(
        ByteString taskToken, ActivityInfo info, DataConverter converter, IActivityServicePort service, ActivityWorkerOptions options,
        ActivityCancellation cancellation, Action sent)
    {
        _taskToken = taskToken;
        _converter = converter;
        _service = service;
        _options = options;
        _cancellation = cancellation;
        _sent = sent;
        _logger = options.LoggerFactory.CreateLogger("Temporalio.Worker");
        var wanted = info.HeartbeatTimeout is { } timeout ? timeout * ShareOfTimeout : options.DefaultHeartbeatThrottleInterval;
        _interval = wanted < options.MaxHeartbeatThrottleInterval ? wanted : options.MaxHeartbeatThrottleInterval;
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Takes a heartbeat; returns at once. Does nothing after the attempt has ended.</summary>
    internal void Record(object?[] details)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _pending = details;
            _pump ??= Task.Run(PumpAsync);
        }
    }

    /// <summary>Ends the sending.</summary>
    /// <returns>The newest details when they were not sent yet.</returns>
    internal async Task<object?[]?> StopAsync()
    {
        Task? pump;
        lock (_gate)
        {
            _stopped = true;
            pump = _pump;
        }

        if (pump is not null)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await pump.ConfigureAwait(false);
        }

        return _pending;
    }

    /// <summary>Sends details left over by <see cref="StopAsync"/>.</summary>
    internal async Task FlushAsync(object?[]? unsent)
    {
        if (unsent is not null && await TryEncodeAsync(unsent).ConfigureAwait(false) is { } details)
        {
            await SendAsync(details).ConfigureAwait(false);
        }
    }

    /// <summary>Encodes details; null when there are none or they cannot be encoded, which is logged.</summary>
    internal async Task<Payloads?> TryEncodeAsync(object?[]? details)
    {
        if (details is null)
        {
            return null;
        }

        try
        {
            return new() { Payloads_ = { await _converter.ToPayloadsAsync(details).ConfigureAwait(false) } };
        }
        catch (Exception e)
        {
            WorkerLog.HeartbeatNotEncoded(_logger, e);
            _cancellation.Cancel(ActivityCancelReason.HeartbeatRecordFailure, heartbeatFailure: e);
            return null;
        }
    }

    private async Task PumpAsync()
    {
        while (Take() is { } details)
        {
            if (await TryEncodeAsync(details).ConfigureAwait(false) is { } payloads)
            {
                await SendAsync(payloads).ConfigureAwait(false);
            }

            await Task.Delay(_interval, _options.TimeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // After a quiet interval the pump ends, and the next heartbeat goes at once again.
    private object?[]? Take()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return null;
            }

            var details = _pending;
            _pending = null;
            if (details is null)
            {
                _pump = null;
            }

            return details;
        }
    }

    private async Task SendAsync(Payloads details)
    {
        try
        {
            var response = await _service.HeartbeatAsync(
                new() { Namespace = _options.Namespace, Identity = _options.Identity, TaskToken = _taskToken, Details = details },
                CancellationToken.None).ConfigureAwait(false);
            _sent();
            Heed(response);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            Cancel(ActivityCancelReason.GoneFromServer);
        }
        catch (RpcException e)
        {
            WorkerLog.HeartbeatNotSent(_logger, e);
        }
    }

    private void Heed(RecordActivityTaskHeartbeatResponse response)
    {
        var reason = response switch
        {
            { CancelRequested: true } => ActivityCancelReason.CancelRequested,
            { ActivityReset: true } => ActivityCancelReason.Reset,
            { ActivityPaused: true } => ActivityCancelReason.Paused,
            _ => ActivityCancelReason.None,
        };
        if (reason != ActivityCancelReason.None)
        {
            Cancel(reason, new()
            {
                IsCancelRequested = response.CancelRequested,
                IsPaused = response.ActivityPaused,
                IsReset = response.ActivityReset,
            });
        }
    }

    private void Cancel(ActivityCancelReason reason, ActivityCancellationDetails? details = null)
    {
        if (_cancellation.Cancel(reason, details))
        {
            WorkerLog.CancelingActivity(_logger, reason);
        }
    }
}
