using System.Net;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Tests.Transport;

public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_AfterCalls_TellThem()
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { MetricsPort = 0 });
        await using var client = TestServer.Connect(server.Address);
        await client.StartAsync("a");
        await client.StartAsync("b");
        var task = await client.PollWorkflowAsync();
        await client.CompleteAsync(task, [Commands.Complete()]);
        await Assert.ThrowsAsync<Grpc.GrpcException>(() => client.SignalAsync("nobody"));
        using var http = new HttpClient();

        var text = await http.GetStringAsync($"http://{server.MetricsAddress}/metrics");

        Assert.Contains("temporal_requests_total{method=\"StartWorkflowExecution\",code=\"OK\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("temporal_requests_total{method=\"SignalWorkflowExecution\",code=\"NotFound\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("temporal_request_seconds_count{method=\"StartWorkflowExecution\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("temporal_open_runs 1\n", text, StringComparison.Ordinal);
        Assert.Contains("temporal_backlog_tasks{kind=\"workflow\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("temporal_pollers{kind=\"activity\"} 0\n", text, StringComparison.Ordinal);
        Assert.Matches("temporal_commit_steps_count [1-9]", text);
        var samples = new Regex("^[a-z_]+(\\{[a-z]+=\"[^\"]+\"(,[a-z]+=\"[^\"]+\")*\\})? [0-9.eE+-]+$");
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'), l => Assert.Matches(samples, l));
    }

    [Fact]
    public async Task Metrics_MethodsThatDoNotExist_AreOneFigure()
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { MetricsPort = 0 });
        using var channel = new Grpc.GrpcChannel(new Grpc.GrpcChannelOptions { Address = new Uri("http://" + server.Address) });
        for (var i = 0; i < 3; i++)
        {
            var method = new Grpc.GrpcMethod<Temporalio.Api.WorkflowService.V1.GetSystemInfoRequest, Temporalio.Api.WorkflowService.V1.GetSystemInfoResponse>(
                "made.up", $"Name{i}", Temporalio.Api.WorkflowService.V1.GetSystemInfoRequest.Parser, Temporalio.Api.WorkflowService.V1.GetSystemInfoResponse.Parser);
            await Assert.ThrowsAsync<Grpc.GrpcException>(() => channel.UnaryAsync(method, new()));
        }

        using var http = new HttpClient();
        var text = await http.GetStringAsync($"http://{server.MetricsAddress}/metrics");

        Assert.Contains("temporal_requests_total{method=\"unimplemented\",code=\"Unimplemented\"} 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_RunningServer_IsOk()
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { MetricsPort = 0 });
        using var http = new HttpClient();

        Assert.Equal("ok\n", await http.GetStringAsync($"http://{server.MetricsAddress}/healthz"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"http://{server.MetricsAddress}/other")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.PostAsync($"http://{server.MetricsAddress}/healthz", null)).StatusCode);
    }
}
