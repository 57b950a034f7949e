using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Server;

/// <summary>A mapped method with a stream of requests, each answered with one reply as soon as it came.</summary>
internal abstract class GrpcStreamRoute : GrpcRoute
{
    /// <summary>Serves the stream until the caller ends it.</summary>
    public abstract Task ServeAsync(PipeReader requests, PipeWriter replies, string? encoding, int max, CancellationToken cancellationToken);

    public override ValueTask<IMessage> InvokeAsync(PipeReader body, string? encoding, int max, GrpcServerCall call) =>
        throw new InvalidOperationException($"'{call.Path}' is a stream, not a unary method.");
}

/// <summary>A mapped stream with its message types.</summary>
internal sealed class GrpcStreamRoute<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, Func<TRequest, TResponse> handler) : GrpcStreamRoute
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override async Task ServeAsync(PipeReader requests, PipeWriter replies, string? encoding, int max, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await requests.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            while (TryTake(ref rest, encoding, max, out var request))
            {
                var reply = handler(request);
                ReplyWriter.Write(replies, reply, reply.CalculateSize());
            }

            requests.AdvanceTo(rest.Start, rest.End);
            await replies.FlushAsync(cancellationToken).ConfigureAwait(false);
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
