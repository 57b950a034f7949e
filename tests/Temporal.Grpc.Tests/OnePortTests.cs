using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Temporal.Grpc.Tests;

public sealed class OnePortTests
{
    [Fact]
    public async Task OnePort_GrpcHttp1AndHttp2_AreAllServed()
    {
        await using var endpoint = await Endpoint.StartAsync(
            TestService.EchoRouter(), http1: context => context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Scheme} {context.Request.Path}"));
        using var raw = new RawClient(endpoint.Server.Uri);

        Assert.Equal("grpc", await endpoint.CallAsync("grpc"));
        Assert.Equal("HTTP/1.1 http /page", await GetAsync(HttpVersion.Version11));
        Assert.Equal("HTTP/2 http /page", await GetAsync(HttpVersion.Version20));

        async Task<string> GetAsync(Version version)
        {
            using var response = await raw.SendAsync(HttpMethod.Get, "/page", null, null, version: version);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task Start_WhileAnotherTakesAndLeavesThePort_ListensOrTellsThatItIsTaken()
    {
        int port;
        await using (var free = await Endpoint.StartAsync(TestService.EchoRouter()))
        {
            port = free.Server.EndPoint.Port;
        }

        using var stop = new CancellationTokenSource();
        var rival = Task.Factory.StartNew(() => TakeAndLeave(port, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var taken = 0;
        for (var round = 0; round < 200; round++)
        {
            try
            {
                await using var server = await GrpcServer.StartAsync(new GrpcServerOptions { Port = port }, TestService.EchoRouter());
            }
            catch (IOException e) when (e.InnerException is AddressInUseException)
            {
                taken++;
            }
        }

        await stop.CancelAsync();
        await rival;
        Assert.InRange(taken, 1, 200);
    }

    /// <summary>Each time a moment passes between bind and listen, in which another socket may bind the port too.</summary>
    private static void TakeAndLeave(int port, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                continue;
            }
        }
    }

    [Fact]
    public async Task OnePort_NoWebHandler_Http1IsRefused()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        using var response = await raw.SendAsync(HttpMethod.Get, "/", null, null, version: HttpVersion.Version11);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task OnePort_GrpcOverHttp1_IsToldToUseHttp2()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());
        using var raw = new RawClient(endpoint.Server.Uri);

        using var response = await raw.SendAsync(HttpMethod.Post, TestService.Text.Path, RawClient.Frame([]), "application/grpc", version: HttpVersion.Version11);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task OnePort_FirstBytesOneByOne_AreStillRecognised()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter(), http1: context => context.Response.WriteAsync("page"));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(endpoint.Server.EndPoint);
        var stream = client.GetStream();

        // "PUT" shares its first letter with the preface of HTTP/2.
        foreach (var letter in "PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray())
        {
            await stream.WriteAsync(new[] { letter });
        }

        var reply = await new StreamReader(stream, Encoding.ASCII).ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200", reply, StringComparison.Ordinal);
        Assert.EndsWith("page\r\n0\r\n\r\n", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ClearTextPort_LogsNoWarning()
    {
        var lines = new ConcurrentQueue<string>();
        using var loggers = new LineLoggerFactory(lines);
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter(), server => server.LoggerFactory = loggers);

        await endpoint.CallAsync("");

        Assert.NotEmpty(lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_PortTaken_FailsNamingIt()
    {
        await using var endpoint = await Endpoint.StartAsync(TestService.EchoRouter());

        var error = await Assert.ThrowsAsync<IOException>(
            () => GrpcServer.StartAsync(new GrpcServerOptions { Port = endpoint.Server.EndPoint.Port }, new GrpcRouter()));

        Assert.Contains(endpoint.Server.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uri_AnyAddress_NamesLoopback()
    {
        await using var server = await GrpcServer.StartAsync(new GrpcServerOptions { Address = IPAddress.Any }, TestService.EchoRouter());

        Assert.Equal($"http://127.0.0.1:{server.EndPoint.Port}/", server.Uri.ToString());
    }
}
