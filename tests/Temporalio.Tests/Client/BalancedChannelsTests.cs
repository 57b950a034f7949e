using System.Net;
using System.Net.Sockets;
using Temporal.Grpc;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Client;

/// <summary>Calls spread over the addresses of a name: turns, look-ups again, addresses that do not answer.</summary>
public sealed class BalancedChannelsTests
{
    private static readonly IPAddress One = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Two = IPAddress.Parse("127.0.0.3");
    private static readonly IPAddress Nobody = IPAddress.Parse("127.0.0.4");

    [Fact]
    public async Task Next_TwoAddresses_TakeTurns()
    {
        await using var servers = await Pair.StartAsync();
        var channels = await servers.ConnectAsync(() => [One, Two], TimeProvider.System);

        for (var i = 0; i < 6; i++)
        {
            await CallAsync(channels.Next());
        }

        Assert.Equal((3, 3), servers.Calls);
    }

    [Fact]
    public async Task Next_AfterTheInterval_FollowsTheName()
    {
        await using var servers = await Pair.StartAsync();
        var time = new HandClock();
        IPAddress[]? addresses = [One];
        var channels = await servers.ConnectAsync(() => addresses ?? throw new SocketException(), time);

        addresses = [Two];
        await CallAsync(channels.Next());
        Assert.Equal((1, 0), servers.Calls);
        time.Pass(TimeSpan.FromSeconds(30));
        channels.Next();
        await channels.Refreshing;
        await CallAsync(channels.Next());
        Assert.Equal((1, 1), servers.Calls);

        addresses = null;
        time.Pass(TimeSpan.FromSeconds(30));
        channels.Next();
        await channels.Refreshing;
        await CallAsync(channels.Next());
        Assert.Equal((1, 2), servers.Calls);
    }

    [Fact]
    public async Task Connect_AddressThatDoesNotAnswer_IsLeftOutUnlessItIsTheOnlyOne()
    {
        await using var servers = await Pair.StartAsync();

        var channels = await servers.ConnectAsync(() => [Nobody, One], TimeProvider.System);
        await CallAsync(channels.Next());
        await CallAsync(channels.Next());

        Assert.Equal((2, 0), servers.Calls);
        await Assert.ThrowsAsync<RpcException>(() => servers.ConnectAsync(() => [Nobody], TimeProvider.System));
        await Assert.ThrowsAsync<RpcException>(() => servers.ConnectAsync(() => [], TimeProvider.System));
    }

    [Fact]
    public async Task Connect_ThroughTheClient_ReachesAServerByItsName()
    {
        await using var server = new FakeFrontend().OnStart(_ => new() { RunId = "r" });
        var port = new Uri("http://" + (await server.OptionsAsync()).TargetHost).Port;

        var client = await TemporalClient.ConnectAsync(new($"localhost:{port}") { DnsLoadBalancing = new() });
        await client.StartWorkflowAsync("Wf", [], new("id", "tq"));

        Assert.Equal(1, server.Count("StartWorkflowExecution"));
    }

    [Fact]
    public async Task Connect_OptionsThatCannotBe_AreNamed()
    {
        var proxy = await Assert.ThrowsAsync<ArgumentException>(() => TemporalClient.ConnectAsync(new("a:1") { DnsLoadBalancing = new(), HttpConnectProxy = new("b:2") }));
        var interval = await Assert.ThrowsAsync<ArgumentException>(() => TemporalClient.ConnectAsync(new("a:1") { DnsLoadBalancing = new() { ResolutionInterval = TimeSpan.Zero } }));

        Assert.Contains("DnsLoadBalancing cannot be used with HttpConnectProxy", proxy.Message);
        Assert.Contains("ResolutionInterval must be positive, seen 00:00:00", interval.Message);
    }

    private static Task CallAsync(GrpcChannel channel) => channel.UnaryAsync(
        "/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo", new GetSystemInfoRequest(), GetSystemInfoResponse.Parser);

    /// <summary>Two servers on one port of two addresses.</summary>
    private sealed class Pair(FakeFrontend one, FakeFrontend two, Uri target) : IAsyncDisposable
    {
        private int _beforeOne;
        private int _beforeTwo;

        public (int One, int Two) Calls => (one.Count("GetSystemInfo") - _beforeOne, two.Count("GetSystemInfo") - _beforeTwo);

        public static async Task<Pair> StartAsync()
        {
            var one = new FakeFrontend(new() { Address = One });
            var target = new Uri("http://" + (await one.OptionsAsync()).TargetHost);
            var two = new FakeFrontend(new() { Address = Two, Port = target.Port });
            await two.OptionsAsync();
            return new(one, two, target);
        }

        public async Task<BalancedChannels> ConnectAsync(Func<IPAddress[]> addresses, TimeProvider time)
        {
            var channels = await BalancedChannels.ConnectAsync(
                _ => Task.FromResult(addresses()),
                async (address, _) =>
                {
                    var channel = new GrpcChannel(new() { Address = target, ConnectTo = address });
                    try
                    {
                        // What answers is counted apart.
                        await CallAsync(channel);
                        Interlocked.Increment(ref address.Equals(One) ? ref _beforeOne : ref _beforeTwo);
                        return channel;
                    }
                    catch (GrpcException e)
                    {
                        throw new RpcException((RpcException.StatusCode)(int)e.Code, e.Message, null);
                    }
                },
                TimeSpan.FromSeconds(30),
                time,
                CancellationToken.None);
            return channels;
        }

        public async ValueTask DisposeAsync()
        {
            await one.DisposeAsync();
            await two.DisposeAsync();
        }
    }

    private sealed class HandClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
