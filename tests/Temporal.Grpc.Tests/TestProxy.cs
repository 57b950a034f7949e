using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Temporal.Grpc.Tests;

/// <summary>A proxy that answers CONNECT as told and passes bytes on to the server, whatever name was asked for.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly string _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public TestProxy(IPEndPoint server, string answer = "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
    {
        _server = server;
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The heads of the requests seen.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public GrpcProxy Address => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        var stream = near.GetStream();
        var head = new StringBuilder();
        for (var letter = new byte[1]; !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(letter) > 0;)
        {
            head.Append((char)letter[0]);
        }

        Requests.Enqueue(head.ToString());
        await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer));
        if (!_answer.Contains(" 200 ", StringComparison.Ordinal))
        {
            return;
        }

        using var far = new TcpClient();
        await far.ConnectAsync(_server);
        try
        {
            await Task.WhenAny(stream.CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(stream));
        }
        catch (IOException)
        {
            // One side hung up; both ends close now.
            return;
        }
    }
}
