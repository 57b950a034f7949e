using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Server;

/// <summary>Writes the single message of a reply, without flushing: headers, message and trailers leave together at the end.</summary>
internal static class ReplyWriter
{
    // What the pipe hands out as one block of its own pool; larger messages go block by block.
    private const int OneBlock = 4096;

    public static void Write(PipeWriter body, IMessage message, int size)
    {
        if (size + FramePrefix.Size <= OneBlock)
        {
            var span = body.GetSpan(size + FramePrefix.Size);
            FramePrefix.Write(span, compressed: false, size);
            message.WriteTo(span.Slice(FramePrefix.Size, size));
            body.Advance(size + FramePrefix.Size);
            return;
        }

        WritePrefix(body, compressed: false, size);
        message.WriteTo((IBufferWriter<byte>)body);
    }

    public static void WriteGzip(PipeWriter body, IMessage message, int size)
    {
        using var compressed = GzipCodec.Compress(message, size);
        WritePrefix(body, compressed: true, compressed.Length);
        body.Write(compressed.Written);
    }

    private static void WritePrefix(PipeWriter body, bool compressed, int length)
    {
        FramePrefix.Write(body.GetSpan(FramePrefix.Size), compressed, length);
        body.Advance(FramePrefix.Size);
    }
}
