using Temporal.DevServer;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Worker.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Runtime;
using Temporalio.Worker;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>What workers report about themselves, as the server lists it.</summary>
public sealed class SdkHeartbeatTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private TemporalDevServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TemporalDevServer.StartAsync(new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = null });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Worker_WhileItRuns_IsListedWithWhatItDid()
    {
        var client = await ConnectAsync(TimeSpan.FromSeconds(1));
        var options = new TemporalWorkerOptions("beats")
        {
            Identity = "me@here",
            MaxConcurrentActivities = 7,
            WorkflowTaskPollerBehavior = new PollerBehavior.Autoscaling(initial: 3),
        };
        options.AddWorkflow<Greeting>().AddActivity(SdkActivities.Greet);
        using var worker = new TemporalWorker(client, options);

        await worker.ExecuteAsync(async () =>
        {
            await client.ExecuteWorkflowAsync((Greeting w) => w.RunAsync(), new("greeting", "beats"));
            var report = await UntilAsync(client, w => w.ActivityTaskSlotsInfo.TotalProcessedTasks == 1);

            Assert.Equal(("me@here", "beats", "temporal-dotnet"), (report.WorkerIdentity, report.TaskQueue, report.SdkName));
            Assert.Equal(WorkerStatus.Running, report.Status);
            Assert.Equal(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), report.HostInfo.ProcessId);
            Assert.Equal(Environment.MachineName, report.HostInfo.HostName);
            Assert.True(report.HostInfo.CurrentHostMemUsage > 0);
            Assert.Equal((7, "Fixed", 0), (report.ActivityTaskSlotsInfo.CurrentAvailableSlots, report.ActivityTaskSlotsInfo.SlotSupplierKind, report.ActivityTaskSlotsInfo.CurrentUsedSlots));
            Assert.Equal((100, 2), (report.WorkflowTaskSlotsInfo.CurrentAvailableSlots, report.WorkflowTaskSlotsInfo.TotalProcessedTasks));
            Assert.Equal(1, report.TotalStickyCacheHit);
            Assert.True(report.WorkflowPollerInfo.IsAutoscaling);
            Assert.False(report.ActivityPollerInfo.IsAutoscaling);
            Assert.NotNull(report.ActivityPollerInfo.LastSuccessfulPollTime ?? report.WorkflowPollerInfo.LastSuccessfulPollTime);
            Assert.True(report.HeartbeatTime >= report.StartTime);

            var described = await client.WorkflowService.DescribeWorkerAsync(new() { Namespace = "default", WorkerInstanceKey = report.WorkerInstanceKey });
            Assert.Equal("beats", described.WorkerInfo.WorkerHeartbeat.TaskQueue);
        });

        Assert.DoesNotContain(await ListAsync(client), w => w.Status == WorkerStatus.Running);
    }

    [Fact]
    public async Task Worker_WithReportsSwitchedOff_IsNotListed()
    {
        var client = await ConnectAsync(null);
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions("silent").AddWorkflow<Greeting>().AddActivity(SdkActivities.Greet));

        await worker.ExecuteAsync(() => client.ExecuteWorkflowAsync((Greeting w) => w.RunAsync(), new("silent", "silent")));

        Assert.Empty(await ListAsync(client));
    }

    private static async Task<IReadOnlyList<WorkerHeartbeat>> ListAsync(TemporalClient client)
    {
#pragma warning disable CS0612 // The whole reports are in the older of the two lists.
        var listed = await client.WorkflowService.ListWorkersAsync(new ListWorkersRequest { Namespace = "default" });
        return [.. listed.WorkersInfo.Select(w => w.WorkerHeartbeat)];
#pragma warning restore CS0612
    }

    private static async Task<WorkerHeartbeat> UntilAsync(TemporalClient client, Func<WorkerHeartbeat, bool> enough)
    {
        for (var began = DateTime.UtcNow; DateTime.UtcNow - began < Limit; await Task.Delay(50))
        {
            if ((await ListAsync(client)).FirstOrDefault(enough) is { } report)
            {
                return report;
            }
        }

        throw new TimeoutException($"No report as expected within {Limit}; seen: {string.Join(' ', await ListAsync(client))}");
    }

    private Task<TemporalClient> ConnectAsync(TimeSpan? interval) =>
        TemporalClient.ConnectAsync(new(_server.Address) { Runtime = new TemporalRuntime(new() { WorkerHeartbeatInterval = interval }) });

    /// <summary>One activity.</summary>
    [Workflow]
    public sealed class Greeting
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Workflow.ExecuteActivityAsync(
            () => SdkActivities.Greet("Ada"), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
    }
}
