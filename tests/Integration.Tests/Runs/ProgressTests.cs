using Integration.Tests.Orchestration;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workers;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Integration.Tests.Runs;

/// <summary>What an activity tells by its heartbeats while the engine works, and how the engine ends when the run is cancelled.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Transform_LongStatement_TellsHowFarItIsAndIsInterruptedByCancellation()
    {
        _workspace.Pipeline("slow", "id", "silver.slow: {key: [n]}");
        _workspace.Contract("slow", "silver.slow", "n BIGINT, day DATE");
        _workspace.Model("slow", "silver.slow", """
            SELECT CAST(sum(list_sum(list_transform(range(4000), lambda x: hash(x + CAST(id AS BIGINT)) % 2))) AS BIGINT) AS n, $partition_date AS day
            FROM bronze.slow WHERE day = $partition_date
            """);

        // The engine's account moves on with each 122,880 rows.
        _workspace.Day("slow", 1, "id\n" + string.Join('\n', Enumerable.Range(0, 1_000_000)));
        await using var server = await OrchestrationServer.StartAsync();
        using var worker = new PipelineWorker(
            server.Client,
            new WorkerSettings { TaskQueue = OrchestrationServer.Queue, PipelinesFolder = _workspace.Pipelines, Lake = _workspace.Lake, TraceWorkflowCalls = true },
            NullLoggerFactory.Instance);
        await worker.ExecuteAsync(
            async () =>
            {
                var request = new RunRequest("slow", "2024-05-01");
                var handle = await server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));

                await UntilAsync(server, request.WorkflowId, p => p.Step == "transform" && (p.Percent > 0 || p.Rows > 0));
                await handle.CancelAsync();

                var ended = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync<RunResult>());
                Assert.IsType<CanceledFailureException>(ended.InnerException);
            },
            CancellationToken.None);
    }

    private static async Task UntilAsync(OrchestrationServer server, string workflow, Func<StepProgress, bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        StepProgress? last = null;
        while (last is null || !condition(last))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"last seen: {last}");
            await Task.Delay(50);
            var seen = await server.Client.WorkflowService.DescribeWorkflowExecutionAsync(
                new DescribeWorkflowExecutionRequest { Namespace = server.Client.Options.Namespace, Execution = new() { WorkflowId = workflow } });
            if (seen.PendingActivities.FirstOrDefault()?.HeartbeatDetails?.Payloads_.FirstOrDefault() is { } details)
            {
                last = (StepProgress?)server.Client.Options.DataConverter.PayloadConverter.ToValue(details, typeof(StepProgress));
            }
        }
    }
}
