using System.Buffers;
using System.Net;
using Google.Protobuf;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Client;

/// <summary>
/// The body of a request: one framed message, serialized when it is sent. The handler may send it again on a fresh connection, so
/// nothing is kept between two sends.
/// </summary>
internal sealed class UnaryContent : HttpContent
{
    // Below this the two ends spend more on compressing than the network on the bytes.
    private const int WorthCompressing = 1024;

    private readonly IMessage _message;
    private readonly int _size;
    private readonly bool _gzip;

    public UnaryContent(IMessage message, bool gzip)
    {
        _message = message;
        _size = message.CalculateSize();

        // The flag is per message, so a call may announce gzip and not use it.
        _gzip = gzip && _size >= WorthCompressing;
        Headers.TryAddWithoutValidation("Content-Type", GrpcHeaders.ContentType);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = FramePrefix.Size + (long)_size;
        return !_gzip;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _gzip ? WriteGzipAsync(stream, cancellationToken) : WriteAsync(stream, cancellationToken);

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var length = FramePrefix.Size + _size;
        var frame = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            FramePrefix.Write(frame, compressed: false, _size);
            _message.WriteTo(frame.AsSpan(FramePrefix.Size, _size));
            await stream.WriteAsync(frame.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private async Task WriteGzipAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var compressed = GzipCodec.Compress(_message, _size);
        var length = FramePrefix.Size + compressed.Length;
        var frame = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            FramePrefix.Write(frame, compressed: true, compressed.Length);
            compressed.Written.CopyTo(frame.AsSpan(FramePrefix.Size));
            await stream.WriteAsync(frame.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }
}
