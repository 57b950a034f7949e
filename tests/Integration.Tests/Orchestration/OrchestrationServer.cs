using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Temporal.DevServer;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>The embedded server with a client that speaks the product's payload format, and a worker whose activities are the test's own.</summary>
internal sealed class OrchestrationServer : IAsyncDisposable
{
    public const string Queue = "pipelines";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    // Long enough for every test that goes well; more than the ten seconds after which a workflow task is given to another poll.
    private static readonly TimeSpan Unmoved = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstNudge = TimeSpan.FromSeconds(11);

    private readonly TemporalDevServer _server;
    private readonly ManualTime? _clock;

    private OrchestrationServer(TemporalDevServer server, TemporalClient client, ManualTime? clock)
    {
        _server = server;
        _clock = clock;
        Client = client;
    }

    public TemporalClient Client { get; }

    public static async Task<OrchestrationServer> StartAsync(TimeProvider? clock = null)
    {
        if (clock is ManualTime moved)
        {
            moved.FiresOverdue = true;
        }

        var server = await TemporalDevServer.StartAsync(new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = null, TimeProvider = clock ?? TimeProvider.System });
        return new OrchestrationServer(server, await TemporalClient.ConnectAsync(new(server.Address) { DataConverter = PayloadFormat.Converter }), clock as ManualTime);
    }

    public async Task WithWorkerAsync(Action<TemporalWorkerOptions> configure, Func<Task> body)
    {
        var options = new TemporalWorkerOptions(Queue);
        configure(options);
        using var worker = new TemporalWorker(Client, options);
        await worker.ExecuteAsync(() => NudgedAsync(body()).WaitAsync(Patience));
    }

    /// <summary>
    /// A test that moves its clock while a task is under way lets the task time out, and a task that went to a poll which ended just then is given to another one after its own timeout.
    /// Service and worker go on when more time passes, which on a clock that nobody moves any more would be never.
    /// </summary>
    private async Task NudgedAsync(Task body)
    {
        for (var nudge = FirstNudge; _clock is not null && await Task.WhenAny(body, Task.Delay(Unmoved)) != body; nudge *= 4)
        {
            _clock.Advance(nudge);
        }

        await body;
    }

    public async Task<T> UntilAsync<T>(WorkflowHandle handle, Func<T, bool> condition, string query = "progress")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await handle.QueryAsync<T>(query, []);
            if (condition(seen))
            {
                return seen;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"Still {seen}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until a workflow has started timers of that length, and then until nothing else of it is under way: a clock that is moved lets it time out.</summary>
    /// <param name="handle">The workflow.</param>
    /// <param name="length">Length of the timer.</param>
    /// <param name="count">How many timers of that length. Default: 1.</param>
    public async Task UntilTimerAsync(WorkflowHandle handle, TimeSpan length, int count = 1)
    {
        var started = TimeProvider.System.GetTimestamp();
        while ((await handle.FetchHistoryAsync()).Events.Count(e => e.TimerStartedEventAttributes?.StartToFireTimeout?.ToTimeSpan() == length) < count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"Not {count} timers of {length}");
            await Task.Delay(20);
        }

        // What a test holds back on purpose stays under way.
        started = TimeProvider.System.GetTimestamp();
        var request = new DescribeWorkflowExecutionRequest { Namespace = Client.Options.Namespace, Execution = new() { WorkflowId = handle.Id } };
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(3)
            && await Client.WorkflowService.DescribeWorkflowExecutionAsync(request) is { } seen && (seen.PendingWorkflowTask is not null || seen.PendingActivities.Count > 0))
        {
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Replay.HistoryRecorder.RecordAsync(Client);
        await _server.DisposeAsync();
    }
}
