namespace Temporal.Grpc;

/// <summary>What one call adds to the channel's settings.</summary>
public sealed record GrpcCallOptions
{
    /// <summary>
    /// Text metadata sent as HTTP/2 headers: printable ASCII values; names are sent in lower case. Default: none.
    /// A name or value that cannot be a header makes the call throw <see cref="ArgumentException"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Binary metadata: names ending in <c>-bin</c>, any bytes (sent as base64). Default: none.</summary>
    public IReadOnlyDictionary<string, byte[]>? BinaryHeaders { get; init; }

    /// <summary>
    /// How long the call may take, connecting included; sent to the server as <c>grpc-timeout</c> and enforced here.
    /// Default: null, no limit. When it passes the call fails with <see cref="GrpcStatusCode.DeadlineExceeded"/>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
