using System.Net.Sockets;
using System.Text;
using Temporalio.Common;
using Temporalio.Runtime;

namespace Temporalio.Tests.Runtime;

public sealed class MetricExportTests
{
    [Fact]
    public async Task Prometheus_CounterGaugeAndHistogram_AreServedAsText()
    {
        var runtime = Runtime(new PrometheusOptions("127.0.0.1:0"));
        var meter = runtime.MetricMeter.WithTags([new("zone", "a\"b\n")]);
        meter.CreateCounter<int>("jobs", null, "Jobs done").Add(2);
        meter.CreateCounter<int>("jobs", null, "Jobs done").Add(3, [new("kind", "x")]);
        meter.CreateGauge<double>("load").Set(1.5);
        meter.CreateHistogram<TimeSpan>("wait", "ms").Record(TimeSpan.FromMilliseconds(100));

        var lines = (await ScrapeAsync(runtime)).Split('\n');

        Assert.Contains("# HELP jobs Jobs done", lines);
        Assert.Contains("# TYPE jobs counter", lines);
        Assert.Contains("""jobs{service_name="temporal-core-sdk",zone="a\"b\n"} 2""", lines);
        Assert.Contains("""jobs{kind="x",service_name="temporal-core-sdk",zone="a\"b\n"} 3""", lines);
        Assert.Contains("""load{service_name="temporal-core-sdk",zone="a\"b\n"} 1.5""", lines);
        Assert.Contains("""wait_bucket{service_name="temporal-core-sdk",zone="a\"b\n",le="50"} 0""", lines);
        Assert.Contains("""wait_bucket{service_name="temporal-core-sdk",zone="a\"b\n",le="100"} 1""", lines);
        Assert.Contains("""wait_bucket{service_name="temporal-core-sdk",zone="a\"b\n",le="+Inf"} 1""", lines);
        Assert.Contains("""wait_sum{service_name="temporal-core-sdk",zone="a\"b\n"} 100""", lines);
        Assert.Contains("""wait_count{service_name="temporal-core-sdk",zone="a\"b\n"} 1""", lines);
        await runtime.CloseMetricsAsync();
    }

    [Fact]
    public async Task Prometheus_SuffixesSecondsTagsAndBuckets_AreAsAsked()
    {
        var runtime = Runtime(
            new PrometheusOptions("127.0.0.1:0")
            {
                HasCounterTotalSuffix = true,
                HasUnitSuffix = true,
                UseSecondsForDuration = true,
                HistogramBucketOverrides = new Dictionary<string, IReadOnlyCollection<double>> { ["request_latency"] = [0.25, 0.5] },
            },
            o =>
            {
                o.AttachServiceName = false;
                o.MetricPrefix = "my_";
                o.GlobalTags = [new("env", "test")];
            });
        runtime.Metrics.WorkflowCompleted.Add(1);
        runtime.Metrics.RequestLatency.Record(TimeSpan.FromMilliseconds(300));
        runtime.Metrics.WorkflowTaskExecution.Record(TimeSpan.FromMilliseconds(15));

        var lines = (await ScrapeAsync(runtime)).Split('\n');

        Assert.Contains("""my_workflow_completed_total{env="test"} 1""", lines);
        Assert.Contains("""my_request_latency_seconds_bucket{env="test",le="0.25"} 0""", lines);
        Assert.Contains("""my_request_latency_seconds_bucket{env="test",le="0.5"} 1""", lines);
        Assert.Contains("""my_request_latency_seconds_sum{env="test"} 0.3""", lines);
        Assert.Contains("""my_workflow_task_execution_latency_seconds_bucket{env="test",le="0.01"} 0""", lines);
        Assert.Contains("""my_workflow_task_execution_latency_seconds_bucket{env="test",le="0.02"} 1""", lines);
        await runtime.CloseMetricsAsync();
    }

    [Theory]
    [InlineData("GET /other HTTP/1.1", "HTTP/1.1 404 Not Found")]
    [InlineData("POST /metrics HTTP/1.1", "HTTP/1.1 405 Method Not Allowed")]
    [InlineData("nonsense", "HTTP/1.1 405 Method Not Allowed")]
    [InlineData("GET /metrics?x=1 HTTP/1.1", "HTTP/1.1 200 OK")]
    public async Task Prometheus_OtherRequests_AreAnsweredToo(string request, string status)
    {
        var runtime = Runtime(new PrometheusOptions("127.0.0.1:0"));
        using var client = new TcpClient();
        await client.ConnectAsync(runtime.PrometheusAddress!, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request + "\r\nHost: x\r\n\r\n"), TestContext.Current.CancellationToken);

        var answer = await new StreamReader(client.GetStream()).ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        await runtime.CloseMetricsAsync();
    }

    [Fact]
    public async Task Runtime_AddressTaken_SaysSo()
    {
        var first = Runtime(new PrometheusOptions("127.0.0.1:0"));

        var error = Assert.Throws<InvalidOperationException>(() => Runtime(new PrometheusOptions(first.PrometheusAddress!.ToString())));

        Assert.Contains(first.PrometheusAddress!.ToString(), error.Message, StringComparison.Ordinal);
        await first.CloseMetricsAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("here")]
    [InlineData("127.0.0.1")]
    public void Runtime_AddressMissingOrWrong_IsRefused(string? address) =>
        Assert.Contains("127.0.0.1:9090", Assert.Throws<ArgumentException>(() => Runtime(new PrometheusOptions { BindAddress = address })).Message, StringComparison.Ordinal);

    [Fact]
    public void Runtime_TwoPlacesForMetrics_IsRefused() => Assert.Throws<ArgumentException>(() => new TemporalRuntime(new(new()
    {
        Metrics = new(new PrometheusOptions("127.0.0.1:0")) { OpenTelemetry = new("http://localhost:4317") },
    })));

    [Fact]
    public void Runtime_HeartbeatEveryMillisecond_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new TemporalRuntime(new() { WorkerHeartbeatInterval = TimeSpan.FromMilliseconds(1) }));
        Assert.Null(new TemporalRuntime(new() { WorkerHeartbeatInterval = null }).WorkerHeartbeatInterval);
        Assert.Null(new TemporalRuntime(new() { WorkerHeartbeatInterval = TimeSpan.Zero }).WorkerHeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(60), new TemporalRuntime(new()).WorkerHeartbeatInterval);
    }

    private static TemporalRuntime Runtime(PrometheusOptions prometheus, Action<MetricsOptions>? configure = null)
    {
        var metrics = new MetricsOptions(prometheus);
        configure?.Invoke(metrics);
        return new(new(new() { Metrics = metrics }));
    }

    private static async Task<string> ScrapeAsync(TemporalRuntime runtime)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://{runtime.PrometheusAddress}/metrics"));
    }
}
