using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Temporalio.Runtime.Metrics;

/// <summary>Answers <c>GET /metrics</c> with a text made at that moment. One request per connection; anything else is refused.</summary>
internal sealed class PrometheusEndpoint : IDisposable
{
    private const int LongestRequest = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly TcpListener _listener;
    private readonly Func<string> _write;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Begins to serve.</summary>
    /// <exception cref="InvalidOperationException">The address is none or is taken.</exception>
    public PrometheusEndpoint(string address, Func<string> write)
    {
        _write = write;
        if (!IPEndPoint.TryParse(address, out var place) || !address.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException($"Prometheus bind address '{address}' is no address with a port. Help: write it like '127.0.0.1:9090'.");
        }

        _listener = new TcpListener(place);
        try
        {
            _listener.Start();
        }
        catch (SocketException e)
        {
            throw new InvalidOperationException($"Metrics cannot be served at '{address}': {e.Message}. Help: choose a free port of this machine.", e);
        }

        Address = (IPEndPoint)_listener.LocalEndpoint;
        _ = AcceptAsync();
    }

    /// <summary>Where it serves.</summary>
    public IPEndPoint Address { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                _ = AnswerAsync(client);
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // That connection broke off before it was taken, or the process has too many open files: it may have fewer soon.
                await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(Patience);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var (status, body) = Answer(await ReadRequestLineAsync(stream, patience.Token).ConfigureAwait(false));
                var content = Encoding.UTF8.GetBytes(body);
                var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: {PrometheusText.ContentType}\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), patience.Token).ConfigureAwait(false);
                await stream.WriteAsync(content, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            client.Dispose(); // Whoever asked is gone; it will ask again.
        }
    }

    private (string Status, string Body) Answer(string requestLine) => requestLine.Split(' ') switch
    {
        ["GET", "/metrics" or "/", ..] => ("200 OK", _write()),
        ["GET", var path, ..] when path.StartsWith("/metrics?", StringComparison.Ordinal) => ("200 OK", _write()),
        ["GET", ..] => ("404 Not Found", "Metrics are at /metrics.\n"),
        _ => ("405 Method Not Allowed", "Only GET is understood.\n"),
    };

    /// <summary>Reads the request's head to its end, so that closing the connection does not reset it.</summary>
    private static async Task<string> ReadRequestLineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new byte[LongestRequest];
        var length = 0;
        while (length < head.Length && !Encoding.ASCII.GetString(head, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(head.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.ASCII.GetString(head, 0, length).Split("\r\n")[0];
    }
}
