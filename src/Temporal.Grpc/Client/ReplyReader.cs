using Google.Protobuf;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Client;

/// <summary>Reads the body of a reply.</summary>
internal static class ReplyReader
{
    // Room for a usual reply in one read; small enough to allocate when many calls have emptied the pool.
    private const int FirstRead = 1024;

    /// <summary>Reads to the end, which is where the trailers arrive; null when the body is empty.</summary>
    /// <exception cref="GrpcException">The body is no single message, broken or too large.</exception>
    public static async ValueTask<T?> ReadAsync<T>(
        Stream body, MessageParser<T> parser, string? encoding, int max, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        using var buffer = new PooledBuffer(FirstRead);
        while (buffer.Length < FramePrefix.Size)
        {
            if (!await ReadMoreAsync(body, buffer, cancellationToken).ConfigureAwait(false))
            {
                return buffer.Length == 0 ? default : throw Truncated(FramePrefix.Size, buffer.Length);
            }
        }

        var prefix = FramePrefix.Read(buffer.Written, encoding, max);
        var total = FramePrefix.Size + prefix.Length;
        buffer.Reserve(total);
        while (buffer.Length < total)
        {
            if (!await ReadMoreAsync(body, buffer, cancellationToken).ConfigureAwait(false))
            {
                throw Truncated(total, buffer.Length);
            }
        }

        if (buffer.Length > total || await ReadMoreAsync(body, buffer, cancellationToken).ConfigureAwait(false))
        {
            throw new GrpcException(GrpcStatusCode.Internal, "grpc: more than one message in a unary reply");
        }

        return MessageDecoder.Decode(buffer.Slice(FramePrefix.Size, prefix.Length), prefix.Compressed, parser, max);
    }

    private static async ValueTask<bool> ReadMoreAsync(Stream body, PooledBuffer buffer, CancellationToken cancellationToken)
    {
        var read = await body.ReadAsync(buffer.Free(), cancellationToken).ConfigureAwait(false);
        buffer.Advance(read);
        return read > 0;
    }

    private static GrpcException Truncated(int expected, int seen) =>
        new(GrpcStatusCode.Internal, $"grpc: the reply ended within a message, expected {expected} bytes, seen {seen}");
}
