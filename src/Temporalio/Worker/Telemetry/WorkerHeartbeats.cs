using Microsoft.Extensions.Logging;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Worker.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Temporalio.Worker.Telemetry;

/// <summary>Sends a worker's reports to the server: at once, and then again and again. A report that is lost does not matter.</summary>
internal sealed class WorkerHeartbeats(Func<ITemporalConnection> connection, string namespaceName, WorkerReports reports, TimeSpan interval, ILogger logger)
{
    /// <summary>Sends reports until stopped, or until it turns out that the server does not take them.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await SendAsync(stop).ConfigureAwait(false))
            {
                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>The last report, for the shutdown's own call.</summary>
    public WorkerHeartbeat Last() => reports.Next(WorkerStatus.ShuttingDown);

    private async Task<bool> SendAsync(CancellationToken stop)
    {
        var report = reports.Next(WorkerStatus.Running);
        try
        {
            await connection().WorkflowService.RecordWorkerHeartbeatAsync(
                new RecordWorkerHeartbeatRequest { Namespace = namespaceName, Identity = report.WorkerIdentity, WorkerHeartbeat = { report } },
                new() { CancellationToken = stop }).ConfigureAwait(false);
            return true;
        }
        catch (RpcException e) when (!stop.IsCancellationRequested)
        {
            WorkerLog.ReportNotSent(logger, e);
            return e.Code != RpcException.StatusCode.Unimplemented;
        }
    }
}
