using System.Buffers;
using Google.Protobuf;

namespace Temporal.Grpc.Wire;

/// <summary>Turns the bytes of one frame into a message.</summary>
internal static class MessageDecoder
{
    /// <exception cref="GrpcException">The bytes are not gzip although marked so, too large, or not the message.</exception>
    public static T Decode<T>(in ReadOnlySequence<byte> body, bool compressed, MessageParser<T> parser, int max)
        where T : IMessage<T>
    {
        try
        {
            if (compressed)
            {
                using var plain = GzipCodec.Decompress(body, max);
                return parser.ParseFrom(plain.Written);
            }

            return body.IsSingleSegment ? parser.ParseFrom(body.FirstSpan) : parser.ParseFrom(body);
        }
        catch (Exception broken) when (broken is not GrpcException)
        {
            // The parser names only some kinds of broken bytes by its own exception.
            throw new GrpcException(GrpcStatusCode.Internal, $"grpc: failed to unmarshal the received message: {broken.Message}", null, broken);
        }
    }
}
