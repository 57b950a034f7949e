using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Orchestrator.Benchmarks.Server;

/// <summary>What it costs to append to one run, near its beginning and near the limit of its history: workflow tasks of 100 markers each.</summary>
internal static class LongHistoryBenchmark
{
    private const int MarkersPerTask = 100;
    private const int Tasks = 470;
    private const int Window = 50;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [], cancellationToken);
        using var client = new RawClient(server.Address);
        for (var warm = 0; warm < 3; warm++)
        {
            await AppendAsync(client, await StartAsync(client, $"warm-{warm}", cancellationToken), 2 * Window, cancellationToken);
        }

        var token = await StartAsync(client, "long", cancellationToken);
        (token, var early) = await AppendAsync(client, token, Window, cancellationToken);
        (token, _) = await AppendAsync(client, token, Tasks - (2 * Window), cancellationToken);
        (_, var late) = await AppendAsync(client, token, Window, cancellationToken);
        return [new BenchFigure("server.append_100_late.ms", late, "ms").Beside(new BenchFigure("server.append_100_early.ms", early, "ms"))];
    }

    private static async Task<ByteString> StartAsync(RawClient client, string workflowId, CancellationToken cancellationToken)
    {
        var started = await client.CallAsync<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(
            new()
            {
                Namespace = "default",
                WorkflowId = workflowId,
                WorkflowType = new() { Name = "long" },
                TaskQueue = new() { Name = "long" },
                RequestId = workflowId,
                RequestEagerExecution = true,
            },
            cancellationToken);
        return started.EagerWorkflowTask.TaskToken;
    }

    /// <summary>Completes that many tasks; the token of the next one, and the middle of the milliseconds of each.</summary>
    private static async Task<(ByteString Token, double Milliseconds)> AppendAsync(RawClient client, ByteString token, int tasks, CancellationToken cancellationToken)
    {
        var times = new double[tasks];
        for (var task = 0; task < tasks; task++)
        {
            var request = new RespondWorkflowTaskCompletedRequest
            {
                Namespace = "default",
                TaskToken = token,
                ForceCreateNewWorkflowTask = true,
                ReturnNewWorkflowTask = true,
                StickyAttributes = new() { WorkerTaskQueue = new() { Name = "sticky" }, ScheduleToStartTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)) },
            };
            for (var marker = 0; marker < MarkersPerTask; marker++)
            {
                request.Commands.Add(new Command { CommandType = CommandType.RecordMarker, RecordMarkerCommandAttributes = new() { MarkerName = "m" } });
            }

            var started = Stopwatch.GetTimestamp();
            var response = await client.CallAsync<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>(request, cancellationToken);
            times[task] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            token = response.WorkflowTask.TaskToken;
        }

        return (token, Load.Percentile(times, 0.5));
    }
}
