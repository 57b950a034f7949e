using System.Collections.Concurrent;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Runtime;
using Temporalio.Worker;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>Polls of workers on the embedded server.</summary>
public sealed class SdkPollerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Autoscaling_ABacklog_OpensMorePolls()
    {
        const int Runs = 400;
        var gauges = new Gauges();
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = null });
        var client = await TemporalClient.ConnectAsync(new(server.Address)
        {
            Runtime = new TemporalRuntime(new(new() { Metrics = new() { CustomMetricMeter = gauges } })),
        });
        var handles = new List<WorkflowHandle<Nothing>>();
        for (var run = 0; run < Runs; run++)
        {
            handles.Add(await client.StartWorkflowAsync((Nothing w) => w.RunAsync(), new($"run-{run}", "backlog")));
        }

        var options = new TemporalWorkerOptions("backlog") { WorkflowTaskPollerBehavior = new PollerBehavior.Autoscaling(minimum: 1, maximum: 20, initial: 1) };
        using var worker = new TemporalWorker(client, options.AddWorkflow<Nothing>());
        await worker.ExecuteAsync(() => Task.WhenAll(handles.Select(h => h.GetResultAsync())).WaitAsync(Limit));

        Assert.InRange(gauges.Highest["workflow_task"], 2, 20);
    }

    /// <summary>Keeps the highest value of the pollers' gauge.</summary>
    private sealed class Gauges : ICustomMetricMeter
    {
        public ConcurrentDictionary<string, long> Highest { get; } = new();

        public ICustomMetricCounter<T> CreateCounter<T>(string name, string? unit, string? description)
            where T : struct => new Nowhere<T>();

        public ICustomMetricHistogram<T> CreateHistogram<T>(string name, string? unit, string? description)
            where T : struct => new Nowhere<T>();

        public ICustomMetricGauge<T> CreateGauge<T>(string name, string? unit, string? description)
            where T : struct => name == "temporal_num_pollers" ? new Pollers<T>(this) : new Nowhere<T>();

        public object CreateTags(object? appendFrom, IReadOnlyCollection<KeyValuePair<string, object>> tags) =>
            new Dictionary<string, object>(((IEnumerable<KeyValuePair<string, object>>?)appendFrom ?? []).Concat(tags));

        private sealed class Pollers<T>(Gauges gauges) : ICustomMetricGauge<T>
            where T : struct
        {
            public void Set(T value, object tags) => gauges.Highest.AddOrUpdate(
                (string)((Dictionary<string, object>)tags)["poller_type"], (long)(object)value, (_, before) => Math.Max(before, (long)(object)value));
        }

        private sealed class Nowhere<T> : ICustomMetricCounter<T>, ICustomMetricHistogram<T>, ICustomMetricGauge<T>
            where T : struct
        {
            public void Add(T value, object tags) => _ = value;

            public void Record(T value, object tags) => _ = value;

            public void Set(T value, object tags) => _ = value;
        }
    }

    /// <summary>Ends at once.</summary>
    [Workflow]
    public sealed class Nothing
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }
}
