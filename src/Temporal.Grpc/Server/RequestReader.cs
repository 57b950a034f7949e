using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Server;

/// <summary>Reads the single message of a unary request.</summary>
internal static class RequestReader
{
    /// <summary>Reads to the end of the request, so that a second message is noticed.</summary>
    /// <exception cref="GrpcException">No message, a broken one, a second one, or one that is too large.</exception>
    public static async ValueTask<T> ReadAsync<T>(PipeReader body, MessageParser<T> parser, string? encoding, int max)
        where T : class, IMessage<T>
    {
        T? message = null;
        while (true)
        {
            // No token: when the caller goes away the reader itself fails.
            var read = await body.ReadAsync().ConfigureAwait(false);
            var buffer = read.Buffer;
            if (message is null && TryTake(buffer, encoding, max, out var prefix))
            {
                message = MessageDecoder.Decode(buffer.Slice(FramePrefix.Size, prefix.Length), prefix.Compressed, parser, max);
                buffer = buffer.Slice(FramePrefix.Size + prefix.Length);
            }

            if (message is null)
            {
                if (read.IsCompleted)
                {
                    throw new GrpcException(GrpcStatusCode.Internal, buffer.IsEmpty
                        ? "grpc: the request ended without a message, expected one"
                        : $"grpc: the request ended within a message, {buffer.Length} bytes seen");
                }

                body.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            if (!buffer.IsEmpty)
            {
                throw new GrpcException(GrpcStatusCode.Internal, "grpc: more than one message in a unary request");
            }

            body.AdvanceTo(buffer.End);
            if (read.IsCompleted)
            {
                return message;
            }
        }
    }

    private static bool TryTake(in ReadOnlySequence<byte> buffer, string? encoding, int max, out FramePrefix prefix)
    {
        prefix = default;
        if (buffer.Length < FramePrefix.Size)
        {
            return false;
        }

        if (buffer.FirstSpan.Length >= FramePrefix.Size)
        {
            prefix = FramePrefix.Read(buffer.FirstSpan, encoding, max);
        }
        else
        {
            Span<byte> bytes = stackalloc byte[FramePrefix.Size];
            buffer.Slice(0, FramePrefix.Size).CopyTo(bytes);
            prefix = FramePrefix.Read(bytes, encoding, max);
        }

        return buffer.Length - FramePrefix.Size >= prefix.Length;
    }
}
