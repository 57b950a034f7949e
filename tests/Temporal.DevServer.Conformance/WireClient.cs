using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Temporal.DevServer.Conformance;

/// <summary>How a call ended.</summary>
/// <param name="Code">The status as the recordings spell it: <c>NOT_FOUND</c>.</param>
/// <param name="Message">The status text.</param>
/// <param name="Details">Details of the status, decoded.</param>
/// <param name="Response">The reply, when there is one.</param>
public sealed record WireAnswer(string Code, string Message, JsonArray Details, JsonNode? Response);

/// <summary>Unary gRPC by hand, by method path and JSON, so that a recording can ask for anything.</summary>
public sealed class WireClient(string address) : IDisposable
{
    private static readonly string[] Codes =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true });

    /// <summary>Makes a call. A method that the API lacks is called with no fields.</summary>
    public async Task<WireAnswer> CallAsync(
        string path, JsonNode request, TimeSpan deadline, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default,
        string compression = "")
    {
        var method = ProtoJson.Method(path);
        var body = method is null ? [] : ProtoJson.Parse(request, method.InputType).ToByteArray();
        using var message = new HttpRequestMessage(HttpMethod.Post, $"http://{address}{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(compression == "gzip" ? GZip(body) : body, compression.Length > 0)),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        message.Headers.TryAddWithoutValidation("te", "trailers");
        if (compression.Length > 0)
        {
            message.Headers.TryAddWithoutValidation("grpc-encoding", compression);
        }

        message.Headers.TryAddWithoutValidation("grpc-timeout", ((long)deadline.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "m");
        foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline);
        try
        {
            using var response = await _http.SendAsync(message, limit.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return Read(response, bytes, method?.OutputType);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WireAnswer("DEADLINE_EXCEEDED", "{client side deadline}", [], null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static byte[] GZip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(body);
        }

        return packed.ToArray();
    }

    private static byte[] Frame(byte[] body, bool compressed)
    {
        var frame = new byte[body.Length + 5];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame, 5);
        return frame;
    }

    private static WireAnswer Read(HttpResponseMessage response, byte[] body, Google.Protobuf.Reflection.MessageDescriptor? type)
    {
        string? Header(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : null;
        var code = int.Parse(Header("grpc-status") ?? "2", CultureInfo.InvariantCulture);
        var details = new JsonArray();
        if (Header("grpc-status-details-bin") is { } encoded)
        {
            var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(encoded + new string('=', (4 - (encoded.Length % 4)) % 4)));
            foreach (var detail in status.Details)
            {
                details.Add(ProtoJson.FormatDetail(detail));
            }
        }

        var reply = code == 0 && type is not null ? ProtoJson.Format(type.Parser.ParseFrom(body.AsSpan(5).ToArray())) : null;
        return new WireAnswer(Codes[code], Uri.UnescapeDataString(Header("grpc-message") ?? ""), details, reply);
    }
}
