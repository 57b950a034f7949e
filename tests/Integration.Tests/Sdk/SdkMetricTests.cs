using System.Net;
using System.Net.Sockets;
using Temporal.DevServer;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Runtime;
using Temporalio.Worker;
using Temporalio.Worker.Tuning;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>Metrics of a real load, scraped over HTTP, beside those that an official SDK served.</summary>
public sealed class SdkMetricTests
{
    /// <summary>Recorded, but not to be had by a short load or not known to this SDK.</summary>
    private static readonly string[] NotSeen =
    [
        "temporal_workflow_task_queue_poll_empty", "temporal_activity_poll_no_task", // polls without a task last a minute
        "temporal_long_request_failure", // needs a server that goes away
        "temporal_resource_slots_cpu_pid_output", "temporal_resource_slots_mem_pid_output", // slots here follow usage, not a controller
    ];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Scrape_DefaultOptions_HasTheRecordedNamesTypesLabelsAndBuckets()
    {
        var text = await LoadAsync(new(), o => o.MaxCachedWorkflows = 1);

        AssertLike(MetricListing.Recorded(1), text, suffix: name => name);
        Assert.Equal(1, MetricListing.Sum(text, "temporal_workflow_completed", "workflow_type=\"MetricParent\""));
        Assert.Equal(1, MetricListing.Sum(text, "temporal_workflow_failed", "workflow_type=\"MetricParent\""));
        Assert.Equal(1, MetricListing.Sum(text, "temporal_workflow_canceled", "workflow_type=\"MetricParent\""));
        Assert.Equal(1, MetricListing.Sum(text, "temporal_workflow_continue_as_new", "workflow_type=\"MetricParent\""));
        Assert.Equal(1, MetricListing.Sum(text, "temporal_activity_execution_failed", "activity_type=\"Flaky\"", "failure_reason=\"ActivityError\""));
        Assert.Equal(2, MetricListing.Sum(text, "temporal_activity_execution_latency_count", "activity_type=\"Flaky\""));
        Assert.Equal(1, MetricListing.Sum(text, "temporal_activity_succeed_endtoend_latency_count", "activity_type=\"Flaky\""));
        Assert.Equal(2, MetricListing.Sum(text, "temporal_local_activity_total", "activity_type=\"Flaky\""));
        Assert.Equal(1, MetricListing.Sum(text, "temporal_request_failure", "operation=\"DescribeWorkflowExecution\"", "status_code=\"NOT_FOUND\""));
        Assert.Equal(5, MetricListing.Sum(text, "temporal_num_pollers", "poller_type=\"activity_task\""));
        Assert.Equal(1, MetricListing.Sum(text, "temporal_num_pollers", "poller_type=\"workflow_task\""));
        Assert.Equal(4, MetricListing.Sum(text, "temporal_num_pollers", "poller_type=\"sticky_workflow_task\""));
        Assert.Equal(100, MetricListing.Sum(text, "temporal_worker_task_slots_available", "worker_type=\"LocalActivityWorker\""));
        Assert.Equal(0, MetricListing.Sum(text, "temporal_worker_task_slots_used", "worker_type=\"ActivityWorker\""));

        // Once for each of 3 runs that get so far, however often their history was repeated.
        Assert.Equal(3, MetricListing.Sum(text, "my_counter", "workflow_type=\"MetricParent\"", "k=\"v\""));
    }

    [Fact]
    public async Task Scrape_SuffixesSecondsAndResourceSlots_HasTheRecordedNamesTypesLabelsAndBuckets()
    {
        var text = await LoadAsync(
            new() { HasCounterTotalSuffix = true, HasUnitSuffix = true, UseSecondsForDuration = true },
            o =>
            {
                o.MaxCachedWorkflows = 1;
                o.Tuner = WorkerTuner.CreateResourceBased(0.95, 0.95);
            },
            new Dictionary<string, string> { ["env"] = "test" });

        AssertLike(MetricListing.Recorded(2), text, suffix: name => name + "_total");
    }

    private static void AssertLike(IReadOnlyDictionary<string, MetricListing> recorded, string text, Func<string, string> suffix)
    {
        var scraped = MetricListing.Scraped(text);
        var missing = recorded.Keys.Except(scraped.Keys).Where(name => !NotSeen.Any(n => name == n || name == suffix(n))).ToList();
        Assert.True(missing.Count == 0, $"not served: {string.Join(", ", missing)}\n{text}");
        foreach (var (name, metric) in scraped)
        {
            if (!recorded.TryGetValue(name, out var expected))
            {
                // One of the two recordings may lack what the other's load brought about.
                Assert.Contains(Base(name), MetricListing.Recorded(1).Keys.Concat(MetricListing.Recorded(2).Keys).Select(Base));
                continue;
            }

            Assert.Equal((name, expected.Type, expected.Help), (name, metric.Type, metric.Help));
            Assert.True(expected.Labels.SetEquals(metric.Labels), $"{name}: expected labels {string.Join(",", expected.Labels)}, seen {string.Join(",", metric.Labels)}");
            Assert.Equal(expected.Buckets, metric.Buckets);
        }
    }

    private static string Base(string name) => name.Replace("_seconds", string.Empty, StringComparison.Ordinal).Replace("_total", string.Empty, StringComparison.Ordinal);

    private static async Task<string> LoadAsync(
        PrometheusOptions prometheus, Action<TemporalWorkerOptions> configure, IReadOnlyDictionary<string, string>? tags = null)
    {
        prometheus.BindAddress = $"127.0.0.1:{FreePort()}";
        var runtime = new TemporalRuntime(new(new() { Metrics = new(prometheus) { GlobalTags = tags?.ToList() } }));
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = null });
        var client = await TemporalClient.ConnectAsync(new(server.Address) { Runtime = runtime });
        var options = new TemporalWorkerOptions("metrics");
        options.AddWorkflow<MetricParent>().AddWorkflow<MetricChild>().AddWorkflow<MetricBroken>().AddAllActivities(typeof(MetricActivities), null);
        configure(options);
        using var worker = new TemporalWorker(client, options);
        return await worker.ExecuteAsync(() => RunAsync(client, new Uri($"http://{prometheus.BindAddress}/metrics")).WaitAsync(Limit));
    }

    private static async Task<string> RunAsync(TemporalClient client, Uri metrics)
    {
        Task<WorkflowHandle<MetricParent, string>> Start(string how) => client.StartWorkflowAsync((MetricParent w) => w.RunAsync(how), new($"m-{how}", "metrics"));

        // Two at a time in a cache of one, so that tasks miss it.
        var first = await Start("complete");
        var second = await Start("again");
        await first.ExecuteUpdateAsync(w => w.TouchAsync());
        await second.ExecuteUpdateAsync(w => w.TouchAsync());
        await first.SignalAsync(w => w.GoAsync());
        await first.GetResultAsync();
        await second.SignalAsync(w => w.GoAsync());
        await second.GetResultAsync(followRuns: false).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        await Assert.ThrowsAsync<WorkflowFailedException>(async () => await (await Start("fail")).GetResultAsync());
        var canceled = await Start("cancel");
        await canceled.QueryAsync(w => w.Waiting);
        await canceled.CancelAsync();
        await Assert.ThrowsAsync<WorkflowFailedException>(() => canceled.GetResultAsync());
        await Assert.ThrowsAsync<RpcException>(() => client.GetWorkflowHandle("nobody").DescribeAsync());
        var broken = await client.StartWorkflowAsync((MetricBroken w) => w.RunAsync(), new("m-broken", "metrics"));
        using var http = new HttpClient();
        var text = string.Empty;
        while (!text.Contains("workflow_task_execution_failed", StringComparison.Ordinal))
        {
            text = await http.GetStringAsync(metrics);
            await Task.Delay(20);
        }

        await broken.TerminateAsync();
        while (MetricListing.Sum(text, "temporal_workflow_task_queue_poll_succeed") is var before)
        {
            // Until what is under way has come to rest.
            await Task.Delay(200);
            text = await http.GetStringAsync(metrics);
            if (MetricListing.Sum(text, "temporal_workflow_task_queue_poll_succeed") == before)
            {
                return text;
            }
        }

        throw new InvalidOperationException("Unreachable: the loop above returns.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Activities that fail once, and that wait to be cancelled. Safe to repeat.</summary>
    public static class MetricActivities
    {
        [Activity]
        public static void Flaky(bool fail)
        {
            if (fail && ActivityExecutionContext.Current.Info.Attempt == 1)
            {
                throw new ApplicationFailureException("once");
            }
        }

        [Activity]
        public static async Task WaitAsync()
        {
            while (true)
            {
                if (!ActivityExecutionContext.Current.Info.IsLocal)
                {
                    ActivityExecutionContext.Current.Heartbeat();
                }

                await Task.Delay(20, ActivityExecutionContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Ends as it is told.</summary>
    [Workflow]
    public sealed class MetricParent
    {
        private bool _go;

        [WorkflowQuery]
        public bool Waiting { get; set; }

        [WorkflowRun]
        public async Task<string> RunAsync(string how)
        {
            switch (how)
            {
                case "complete":
                    await Workflow.WaitConditionAsync(() => _go);
                    Workflow.MetricMeter.CreateCounter<int>("my_counter", null, "my description").Add(1, [new("k", "v")]);
                    var retried = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(10) };
                    await Workflow.ExecuteActivityAsync(
                        () => MetricActivities.Flaky(true), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10), RetryPolicy = retried });
                    await Workflow.ExecuteLocalActivityAsync(
                        () => MetricActivities.Flaky(true), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10), RetryPolicy = retried });
                    await Workflow.ExecuteChildWorkflowAsync((MetricChild w) => w.RunAsync());
                    return how;
                case "again":
                    await Workflow.WaitConditionAsync(() => _go);
                    Workflow.MetricMeter.CreateCounter<int>("my_counter", null, "my description").Add(1, [new("k", "v")]);
                    throw Workflow.CreateContinueAsNewException((MetricChild w) => w.RunAsync());
                case "fail":
                    Workflow.MetricMeter.CreateCounter<int>("my_counter", null, "my description").Add(1, [new("k", "v")]);
                    throw new ApplicationFailureException("as asked");
                default:
                    var local = Workflow.ExecuteLocalActivityAsync(
                        () => MetricActivities.WaitAsync(), new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
                    var remote = Workflow.ExecuteActivityAsync(
                        () => MetricActivities.WaitAsync(),
                        new() { StartToCloseTimeout = TimeSpan.FromSeconds(30), HeartbeatTimeout = TimeSpan.FromMilliseconds(200) });
                    Waiting = true;
                    await Workflow.WhenAllAsync(local, remote);
                    return how;
            }
        }

        [WorkflowSignal]
        public Task GoAsync()
        {
            _go = true;
            return Task.CompletedTask;
        }

        [WorkflowUpdate]
        public Task TouchAsync() => Task.CompletedTask;
    }

    /// <summary>Ends at once.</summary>
    [Workflow]
    public sealed class MetricChild
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }

    /// <summary>Its tasks fail.</summary>
    [Workflow]
    public sealed class MetricBroken
    {
        [WorkflowRun]
        public Task RunAsync() => throw new InvalidOperationException("not the workflow's own failure");
    }
}
