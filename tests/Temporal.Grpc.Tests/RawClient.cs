using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Temporal.Grpc.Tests;

/// <summary>HTTP/2 requests with any bytes and headers, to say what the channel never says.</summary>
internal sealed class RawClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public sealed record Reply(HttpStatusCode HttpStatus, string? Status, string? Message, bool TrailersOnly, byte[] Body, string? Encoding);

    /// <summary>One message with its prefix.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public async Task<Reply> CallAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, "application/grpc", headers);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var trailersOnly = response.Headers.Contains("grpc-status");
        var from = trailersOnly ? response.Headers : response.TrailingHeaders;
        return new Reply(response.StatusCode, Value(from, "grpc-status"), Value(from, "grpc-message"), trailersOnly, bytes, Value(response.Headers, "grpc-encoding"));
    }

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, byte[]? body, string? contentType, (string Name, string Value)[]? headers = null, Version? version = null)
    {
        var request = new HttpRequestMessage(method, new Uri(address, path)) { Version = version ?? HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            }
        }

        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
