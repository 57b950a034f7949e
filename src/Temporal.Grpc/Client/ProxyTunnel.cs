using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Temporal.Grpc.Client;

/// <summary>Opens connections through an HTTP proxy. The handler itself would do so only for TLS, never for clear-text HTTP/2.</summary>
internal static class ProxyTunnel
{
    private const int LargestReply = 8 * 1024;

    public static async ValueTask<Stream> ConnectAsync(GrpcProxy proxy, DnsEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(proxy.Host, proxy.Port, cancellationToken).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Request(proxy, target)), cancellationToken).ConfigureAwait(false);
            var reply = await ReadReplyAsync(stream, cancellationToken).ConfigureAwait(false);
            return IsSuccess(reply)
                ? stream
                : throw new IOException($"the proxy {proxy} refused to connect to {target.Host}:{target.Port}: '{reply}'");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Request(GrpcProxy proxy, DnsEndPoint target)
    {
        // An IPv6 address stands in brackets here.
        var host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        var authority = string.Create(CultureInfo.InvariantCulture, $"{host}:{target.Port}");
        var credentials = proxy.UserName is null
            ? ""
            : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{proxy.UserName}:{proxy.Password}"))}\r\n";
        return $"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{credentials}\r\n";
    }

    /// <summary>Reads to the end of the reply's headers and not a byte further: what follows is the server's.</summary>
    private static async ValueTask<string> ReadReplyAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reply = new byte[LargestReply];
        for (var length = 0; length < reply.Length;)
        {
            if (await stream.ReadAsync(reply.AsMemory(length, 1), cancellationToken).ConfigureAwait(false) == 0)
            {
                throw new IOException("the proxy closed the connection without an answer");
            }

            length++;
            if (reply.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                return Encoding.ASCII.GetString(reply, 0, reply.AsSpan(0, length).IndexOf("\r\n"u8));
            }
        }

        throw new IOException($"the proxy's answer has more than {LargestReply} bytes of headers");
    }

    // "HTTP/1.1 200 Connection established"
    private static bool IsSuccess(string statusLine) =>
        statusLine.StartsWith("HTTP/1.", StringComparison.Ordinal) && statusLine.Split(' ') is [_, ['2', _, _], ..];
}
