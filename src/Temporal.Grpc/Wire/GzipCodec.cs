using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Temporal.Grpc.Wire;

/// <summary>Compression of single messages.</summary>
internal static class GzipCodec
{
    private const int SmallestMember = 20;
    private const int GrowLimit = 1024 * 1024;

    /// <summary>Compresses a message; the caller disposes the result.</summary>
    public static PooledBuffer Compress(IMessage message, int size)
    {
        var plain = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            message.WriteTo(plain.AsSpan(0, size));
            using var target = new PooledStream(new PooledBuffer(Math.Max(256, size / 2)));
            using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(plain, 0, size);
            }

            return target.Buffer;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    /// <summary>Decompresses a message; the caller disposes the result.</summary>
    /// <exception cref="GrpcException">Larger than <paramref name="max"/> when decompressed, or not gzip.</exception>
    public static PooledBuffer Decompress(in ReadOnlySequence<byte> compressed, int max)
    {
        byte[]? copy = null;
        var result = new PooledBuffer(PlausibleSize(compressed, max));
        try
        {
            if (!compressed.IsSingleSegment || !MemoryMarshal.TryGetArray(compressed.First, out var source))
            {
                copy = ArrayPool<byte>.Shared.Rent((int)compressed.Length);
                compressed.CopyTo(copy);
                source = new ArraySegment<byte>(copy, 0, (int)compressed.Length);
            }

            using var gzip = new GZipStream(new MemoryStream(source.Array!, source.Offset, source.Count), CompressionMode.Decompress);
            int read;
            while ((read = gzip.Read(result.Free().Span)) > 0)
            {
                result.Advance(read);
                if (result.Length > max)
                {
                    throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"grpc: received message after decompression larger than max {max}");
                }
            }

            return result;
        }
        catch (InvalidDataException broken)
        {
            result.Dispose();
            throw new GrpcException(GrpcStatusCode.Internal, $"grpc: failed to decompress the received message: {broken.Message}", null, broken);
        }
        catch
        {
            result.Dispose();
            throw;
        }
        finally
        {
            if (copy is not null)
            {
                ArrayPool<byte>.Shared.Return(copy);
            }
        }
    }

    // A gzip member ends with its plain size; the sender's word, so only a bounded hint. One byte more lets the
    // last read see the end without growing.
    private static int PlausibleSize(in ReadOnlySequence<byte> compressed, int max)
    {
        if (compressed.Length < SmallestMember)
        {
            return 256;
        }

        Span<byte> tail = stackalloc byte[4];
        compressed.Slice(compressed.Length - 4).CopyTo(tail);
        return (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(tail), (uint)Math.Min(max, GrowLimit)) + 1;
    }

    /// <summary>The write-only stream that a compressor needs over a pooled buffer.</summary>
    private sealed class PooledStream(PooledBuffer buffer) : Stream
    {
        public PooledBuffer Buffer => buffer;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => buffer.Length;

        public override long Position
        {
            get => buffer.Length;
            set => throw new NotSupportedException("The compressed message is written in order.");
        }

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            buffer.Reserve(buffer.Length + bytes.Length);
            bytes.CopyTo(buffer.Free().Span);
            buffer.Advance(bytes.Length);
        }

        public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

        public override void Flush()
        {
            // Nothing is held back.
        }

        public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException("Write only.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Write only.");

        public override void SetLength(long value) => throw new NotSupportedException("Write only.");
    }
}
