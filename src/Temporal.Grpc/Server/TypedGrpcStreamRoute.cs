using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Server;

/// <summary>A mapped stream with its message types.</summary>
internal sealed class TypedGrpcStreamRoute<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, Func<TRequest, TResponse> handler) : GrpcStreamRoute
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override async Task ServeAsync(PipeReader requests, PipeWriter replies, string? encoding, int max, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await requests.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            var answered = false;
            while (TryTake(ref rest, encoding, max, out var request))
            {
                var reply = handler(request);
                ReplyWriter.Write(replies, reply, reply.CalculateSize());
                answered = true;
            }

            requests.AdvanceTo(rest.Start, rest.End);
            if (answered)
            {
                await replies.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    throw new GrpcException(GrpcStatusCode.Internal, "grpc: the stream ended within a message");
                }

                return;
            }
        }
    }

    private bool TryTake(ref ReadOnlySequence<byte> buffer, string? encoding, int max, out TRequest request)
    {
        request = null!;
        if (buffer.Length < FramePrefix.Size)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[FramePrefix.Size];
        buffer.Slice(0, FramePrefix.Size).CopyTo(bytes);
        var prefix = FramePrefix.Read(bytes, encoding, max);
        if (buffer.Length - FramePrefix.Size < prefix.Length)
        {
            return false;
        }

        request = MessageDecoder.Decode(buffer.Slice(FramePrefix.Size, prefix.Length), prefix.Compressed, method.RequestParser, max);
        buffer = buffer.Slice(FramePrefix.Size + prefix.Length);
        return true;
    }
}
