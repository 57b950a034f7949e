using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TestService.V1;

namespace Temporal.DevServer.Tests.Timers;

public sealed class TimeSkippingTests
{
    private const string Service = "temporal.api.testservice.v1.TestService";
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public async Task Unlocked_WorkflowThatSleepsAMonth_EndsAtOnce()
    {
        await using var server = await StartAsync();
        var before = await NowAsync(server);
        await StartSleeperAsync(server, "wf");
        var real = Stopwatch.StartNew();

        await CallAsync<UnlockTimeSkippingRequest, UnlockTimeSkippingResponse>(server, new());
        var task = await server.PollWorkflowAsync();
        await server.CompleteAsync(task, [Commands.Complete()]);

        Assert.True(await NowAsync(server) - before > Month);
        Assert.True(real.Elapsed < TimeSpan.FromSeconds(30), $"took {real.Elapsed}");
        var fired = (await server.HistoryAsync("wf")).Single(e => e.EventType == EventType.TimerFired);
        Assert.InRange(fired.EventTime.ToDateTime() - before, Month, Month + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Locked_WorkflowThatSleeps_WaitsInRealTime()
    {
        await using var server = await StartAsync();
        await StartSleeperAsync(server, "wf");

        var empty = await server.PollWorkflowAsync(timeout: TimeSpan.FromSeconds(2.2));

        Assert.True(empty.TaskToken.IsEmpty);
        Assert.True(await NowAsync(server) - DateTime.UtcNow < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Unlocked_ActivityInProgress_KeepsTimeFromSkipping()
    {
        await using var server = await StartAsync();
        await server.StartAsync("wf");
        var task = await server.PollWorkflowAsync();
        await server.CompleteAsync(task, [Commands.Timer("1", Month), Commands.Activity("a", startToClose: TimeSpan.FromDays(90))]);
        var activity = await server.PollActivityAsync();
        await CallAsync<UnlockTimeSkippingRequest, UnlockTimeSkippingResponse>(server, new());

        var empty = await server.PollWorkflowAsync(timeout: TimeSpan.FromSeconds(2.2));
        Assert.True(empty.TaskToken.IsEmpty);
        Assert.True(await NowAsync(server) - DateTime.UtcNow < TimeSpan.FromMinutes(1));

        await server.CompleteActivityAsync(activity, "ok");
        var next = await server.PollWorkflowAsync();
        await server.CompleteAsync(next, []);
        var last = await server.PollWorkflowAsync(); // the timer's, a month later
        await server.CompleteAsync(last, [Commands.Complete()]);
        Assert.True(await NowAsync(server) - DateTime.UtcNow > Month - TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Unlocked_ChainOfTimers_FireInOrderAtTheirTimes()
    {
        await using var server = await StartAsync();
        var before = await NowAsync(server);
        await server.StartAsync("wf");
        await CallAsync<UnlockTimeSkippingRequest, UnlockTimeSkippingResponse>(server, new());
        for (var day = 1; day <= 20; day++)
        {
            var task = await server.PollWorkflowAsync();
            await server.CompleteAsync(task, day < 20 ? [Commands.Timer($"{day}", TimeSpan.FromDays(day))] : [Commands.Complete()]);
        }

        var fired = (await server.HistoryAsync("wf")).Where(e => e.EventType == EventType.TimerFired).Select(e => e.EventTime.ToDateTime() - before).ToList();
        Assert.Equal(19, fired.Count);
        for (var day = 1; day < 20; day++)
        {
            var due = TimeSpan.FromDays(day * (day + 1) / 2);
            Assert.InRange(fired[day - 1], due, due + TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task UnlockWithSleep_NothingElse_JumpsByTheTimeAndLocksAgain()
    {
        await using var server = await StartAsync();
        var before = await NowAsync(server);

        await CallAsync<SleepRequest, SleepResponse>(server, new() { Duration = Duration.FromTimeSpan(TimeSpan.FromDays(2)) }, "UnlockTimeSkippingWithSleep");

        Assert.InRange(await NowAsync(server) - before, TimeSpan.FromDays(2), TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1));
        await StartSleeperAsync(server, "wf");
        Assert.True((await server.PollWorkflowAsync(timeout: TimeSpan.FromSeconds(2.2))).TaskToken.IsEmpty);
    }

    [Fact]
    public async Task SleepUntil_ThePast_ReturnsAtOnce()
    {
        await using var server = await StartAsync();

        await CallAsync<SleepUntilRequest, SleepResponse>(server, new() { Timestamp = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-1)) });
    }

    [Fact]
    public async Task Unlock_MoreOftenThanLocked_IsRefused()
    {
        await using var server = await StartAsync();
        await CallAsync<LockTimeSkippingRequest, LockTimeSkippingResponse>(server, new());
        await CallAsync<UnlockTimeSkippingRequest, UnlockTimeSkippingResponse>(server, new());
        await CallAsync<UnlockTimeSkippingRequest, UnlockTimeSkippingResponse>(server, new());

        var error = await Assert.ThrowsAsync<GrpcException>(() => CallAsync<UnlockTimeSkippingRequest, UnlockTimeSkippingResponse>(server, new()));

        Assert.Equal(GrpcStatusCode.FailedPrecondition, error.Code);
    }

    [Fact]
    public async Task TestService_WithoutTimeSkipping_IsUnknown()
    {
        await using var server = await TestServer.StartAsync();

        var error = await Assert.ThrowsAsync<GrpcException>(() => NowAsync(server));

        Assert.Equal((GrpcStatusCode.Unimplemented, $"unknown service {Service}"), (error.Code, error.Message));
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(o => o.TimeSkipping = true);

    private static async Task StartSleeperAsync(TestServer server, string id)
    {
        await server.StartAsync(id);
        var task = await server.PollWorkflowAsync();
        await server.CompleteAsync(task, [Commands.Timer("1", Month)]);
    }

    private static async Task<DateTime> NowAsync(TestServer server) =>
        (await CallAsync<Empty, GetCurrentTimeResponse>(server, new(), "GetCurrentTime")).Time.ToDateTime();

    private static Task<TResponse> CallAsync<TRequest, TResponse>(TestServer server, TRequest request, string? name = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        server.CallAsync<TRequest, TResponse>(request, service: Service, name: name);
}
