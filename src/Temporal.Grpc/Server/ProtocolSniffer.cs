using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Temporal.Grpc.Server;

/// <summary>
/// Lets HTTP/1.1 and clear-text HTTP/2 share one port. The web server chooses HTTP/2 only where TLS negotiated it, so a connection
/// that opens with the HTTP/2 preface is presented as one that did.
/// </summary>
internal static class ProtocolSniffer
{
    private static readonly TimeSpan FirstBytesLimit = TimeSpan.FromMinutes(2);

    public static ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        if (await StartsHttp2Async(connection).ConfigureAwait(false))
        {
            var negotiated = new NegotiatedHttp2();
            connection.Features.Set<ITlsConnectionFeature>(negotiated);
            connection.Features.Set<ITlsApplicationProtocolFeature>(negotiated);
        }

        await next(connection).ConfigureAwait(false);
    };

    private static ReadOnlySpan<byte> PrefaceStart => "PRI "u8;

    private static async ValueTask<bool> StartsHttp2Async(ConnectionContext connection)
    {
        // A connection that sends nothing must not hold up the server's stop, nor stay for ever.
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed);
        limit.CancelAfter(FirstBytesLimit);
        var input = connection.Transport.Input;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The web server finds the connection closing and ends it.
                return false;
            }

            var buffer = read.Buffer;
            var seen = (int)Math.Min(buffer.Length, PrefaceStart.Length);
            if (seen == PrefaceStart.Length || read.IsCompleted || !Matches(buffer, seen))
            {
                var http2 = seen == PrefaceStart.Length && Matches(buffer, seen);
                input.AdvanceTo(buffer.Start);
                return http2;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool Matches(in ReadOnlySequence<byte> buffer, int length)
    {
        Span<byte> bytes = stackalloc byte[PrefaceStart.Length];
        buffer.Slice(0, length).CopyTo(bytes);
        return bytes[..length].SequenceEqual(PrefaceStart[..length]);
    }

    private sealed class NegotiatedHttp2 : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        private static readonly byte[] Http2 = "h2"u8.ToArray();

        public X509Certificate2? ClientCertificate { get; set; }

        public ReadOnlyMemory<byte> ApplicationProtocol => Http2;

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
