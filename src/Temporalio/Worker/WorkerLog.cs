using Microsoft.Extensions.Logging;
using Temporalio.Exceptions;
using Temporalio.Worker.Tuning;

namespace Temporalio.Worker;

/// <summary>Messages of workers; event ids 3000 to 3099.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(3000, LogLevel.Debug, "Starting worker on task queue '{TaskQueue}' of namespace '{Namespace}'")]
    internal static partial void Starting(ILogger logger, string taskQueue, string @namespace);

    [LoggerMessage(3001, LogLevel.Debug, "Stopped worker on task queue '{TaskQueue}' of namespace '{Namespace}'")]
    internal static partial void Stopped(ILogger logger, string taskQueue, string @namespace);

    [LoggerMessage(3002, LogLevel.Warning, "Poll of {Kind} tasks failed with {Code}, polling again in {DelayMs} ms")]
    internal static partial void PollFailed(ILogger logger, Exception exception, string kind, RpcException.StatusCode code, double delayMs);

    [LoggerMessage(3003, LogLevel.Warning, "The server was not told of the worker's shutdown")]
    internal static partial void ShutdownNotSent(ILogger logger, Exception exception);

    [LoggerMessage(3004, LogLevel.Warning, "Slot supplier of {SlotType} slots failed")]
    internal static partial void SlotSupplierFailed(ILogger logger, Exception exception, SlotType slotType);

    [LoggerMessage(3005, LogLevel.Warning, "{What} take {Bytes} bytes, which is large for a workflow")]
    internal static partial void LargePayload(ILogger logger, string what, int bytes);

    [LoggerMessage(3006, LogLevel.Debug, "The worker's report about itself did not reach the server")]
    internal static partial void ReportNotSent(ILogger logger, Exception exception);

    [LoggerMessage(3010, LogLevel.Warning, "Completing activity as failed")]
    internal static partial void ActivityFailed(ILogger logger, Exception exception);

    [LoggerMessage(3011, LogLevel.Debug, "Completing activity as failed with a benign failure")]
    internal static partial void ActivityFailedBenign(ILogger logger, Exception exception);

    [LoggerMessage(3012, LogLevel.Debug, "Completing activity as cancelled")]
    internal static partial void ActivityCanceled(ILogger logger);

    [LoggerMessage(3013, LogLevel.Debug, "Cancelling activity, reason {Reason}")]
    internal static partial void CancelingActivity(ILogger logger, Activities.ActivityCancelReason reason);

    [LoggerMessage(3014, LogLevel.Warning, "Outcome of activity '{ActivityType}' could not be reported, its timeout will tell the server")]
    internal static partial void OutcomeNotReported(ILogger logger, Exception exception, string activityType);

    [LoggerMessage(3015, LogLevel.Debug, "The server no longer waits for the outcome of activity '{ActivityType}'")]
    internal static partial void OutcomeUnwanted(ILogger logger, string activityType);

    [LoggerMessage(3016, LogLevel.Warning, "Heartbeat could not be sent, the next one will be tried")]
    internal static partial void HeartbeatNotSent(ILogger logger, Exception exception);

    [LoggerMessage(3017, LogLevel.Error, "Heartbeat details could not be encoded, cancelling the activity")]
    internal static partial void HeartbeatNotEncoded(ILogger logger, Exception exception);
}
