using System.Collections.Concurrent;
using System.Diagnostics;

namespace Temporal.Grpc.Tests;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Unary_TimeoutPasses_FailsWithDeadlineExceededAndTheHandlerIsTold()
    {
        var told = new TaskCompletionSource();
        await using var endpoint = await Endpoint.StartAsync(TestService.Router(async (_, call) =>
        {
            using var registration = call.CancellationToken.Register(() => told.TrySetResult());
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return "never";
        }));

        // On a busy machine the time may be up before the handler is reached.
        for (var end = Stopwatch.StartNew(); !told.Task.IsCompleted && end.Elapsed < Patience;)
        {
            var error = await endpoint.FailAsync(options: new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(300) });
            Assert.Equal(GrpcStatusCode.DeadlineExceeded, error.Code);
        }

        await told.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Unary_ServerSeesTimeoutAndWhatIsLeft()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.Router((_, call) => new($"{call.Timeout}/{call.Remaining > TimeSpan.Zero && call.Remaining <= call.Timeout}")));

        Assert.Equal("00:01:10/True", await endpoint.CallAsync("", new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(70) }));
        Assert.Equal("/False", await endpoint.CallAsync(""));
    }

    [Fact]
    public async Task Unary_DeadlineOnServerOnly_IsAnsweredAsDeadlineExceeded()
    {
        // A caller that does not watch its own clock: the raw header without a timer.
        await using var endpoint = await Endpoint.StartAsync(TestService.Router(async (_, call) =>
        {
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return "never";
        }));
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(TestService.Text.Path, RawClient.Frame([]), ("grpc-timeout", "200m"));

        Assert.Equal(("4", "context deadline exceeded"), (reply.Status, reply.Message));
    }

    [Theory]
    [InlineData("0m", "4", "context deadline exceeded")]
    [InlineData("10", "13", "malformed grpc-timeout: \"10\"")]
    [InlineData("123456789m", "13", "malformed grpc-timeout: \"123456789m\"")]
    [InlineData("-1S", "13", "malformed grpc-timeout: \"-1S\"")]
    public async Task Unary_TimeoutHeader_IsChecked(string header, string status, string message)
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        var reply = await raw.CallAsync(TestService.Text.Path, RawClient.Frame([]), ("grpc-timeout", header));

        Assert.Equal((status, message), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task Unary_CallerCancels_ThrowsCancelledAndTheServerNotices()
    {
        var started = new TaskCompletionSource();
        var outcomes = new BlockingCollection<GrpcStatusCode>();
        var router = TestService.Router(async (_, call) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return "never";
        });
        router.OnCompleted = (_, status, _) => outcomes.Add(status);
        await using var endpoint = await Endpoint.StartAsync(router);
        using var caller = new CancellationTokenSource();

        var call = endpoint.CallAsync("", new GrpcCallOptions { Timeout = Patience }, caller.Token);
        await started.Task.WaitAsync(Patience);
        await caller.CancelAsync();

        var cancelled = await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, cancelled.CancellationToken);
        Assert.True(outcomes.TryTake(out var outcome, Patience), "the server did not notice within a minute that the caller went away");
        Assert.Equal(GrpcStatusCode.Cancelled, outcome);
    }

    [Fact]
    public async Task Unary_TokenCancelledBefore_DoesNotCall()
    {
        var calls = 0;
        await using var endpoint = await Endpoint.StartAsync(TestService.Router((text, _) => new($"{text}{++calls}")));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endpoint.CallAsync("", null, new CancellationToken(canceled: true)));

        Assert.Equal("call 1", await endpoint.CallAsync("call "));
    }

    [Fact]
    public async Task Unary_HandlerCancelsByItself_IsCancelled()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.Router((_, _) => throw new OperationCanceledException()));

        Assert.Equal(GrpcStatusCode.Cancelled, (await endpoint.FailAsync()).Code);
    }

    [Fact]
    public async Task Dispose_OpenCall_EndsAsCancelled()
    {
        var started = new TaskCompletionSource();
        await using var endpoint = await Endpoint.StartAsync(TestService.Router(async (_, call) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return "never";
        }));

        var call = endpoint.FailAsync();
        await started.Task.WaitAsync(Patience);
        endpoint.Channel.Dispose();

        Assert.Equal(GrpcStatusCode.Cancelled, (await call.WaitAsync(Patience)).Code);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => endpoint.CallAsync(""));
    }

    [Fact]
    public async Task Stop_PendingPolls_IsQuickAndTellsThemUnavailable()
    {
        const int Polls = 20;
        var waiting = new CountdownEvent(Polls);
        await using var endpoint = await Endpoint.StartAsync(TestService.Router(async (_, call) =>
        {
            waiting.Signal();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return "never";
        }));
        var polls = Enumerable.Range(0, Polls).Select(_ => endpoint.FailAsync()).ToArray();
        Assert.True(waiting.Wait(Patience));

        var clock = Stopwatch.StartNew();
        await endpoint.Server.StopAsync(TimeSpan.FromSeconds(30));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"stopping took {clock.Elapsed}");
        var errors = await Task.WhenAll(polls).WaitAsync(Patience);
        Assert.All(errors, error => Assert.True(error.Code == GrpcStatusCode.Unavailable, error.ToString()));
        var refused = await endpoint.FailAsync();
        Assert.True(refused.Code == GrpcStatusCode.Unavailable, refused.ToString());
    }

    [Fact]
    public async Task Stop_RunningCall_MayFinishWithinTheGrace()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var endpoint = await Endpoint.StartAsync(TestService.Router(async (text, _) =>
        {
            started.SetResult();
            await release.Task;
            return text;
        }));
        var call = endpoint.CallAsync("finished");
        await started.Task.WaitAsync(Patience);

        var stopped = endpoint.Server.StopAsync(Patience);
        release.SetResult();

        Assert.Equal("finished", await call.WaitAsync(Patience));
        await stopped.WaitAsync(Patience);
    }

    [Fact]
    public async Task Stop_HandlerThatIgnoresItsToken_IsCutOffAfterTheGrace()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource<string>();
        await using var endpoint = await Endpoint.StartAsync(TestService.Router(async (_, _) =>
        {
            started.SetResult();
            return await release.Task;
        }));
        var call = endpoint.FailAsync();
        await started.Task.WaitAsync(Patience);

        await endpoint.Server.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(Patience);

        Assert.Equal(GrpcStatusCode.Unavailable, (await call.WaitAsync(Patience)).Code);
        release.SetResult("late");
    }

    [Fact]
    public async Task Stop_SilentConnection_DoesNotHoldItUp()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var silent = new System.Net.Sockets.TcpClient();
        await silent.ConnectAsync(endpoint.Server.EndPoint);
        await endpoint.CallAsync("the accept loop has passed the silent connection");

        var clock = Stopwatch.StartNew();
        await endpoint.Server.StopAsync(TimeSpan.FromSeconds(30));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"stopping took {clock.Elapsed}");
    }
}
