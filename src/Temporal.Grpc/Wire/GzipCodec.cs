using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Temporal.Grpc.Wire;

/// <summary>Compression of single messages.</summary>
internal static class GzipCodec
{
    // Ten bytes of header, an empty block, checksum and plain size.
    private const int SmallestMember = 20;

    // What is allocated on the sender's word alone.
    private const int FirstCapacity = 1024 * 1024;

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
        if (compressed.IsEmpty)
        {
            // How some compressors write an empty message.
            return new PooledBuffer(0);
        }

        var announced = PlainSize(compressed);
        byte[]? copy = null;

        // One byte more lets the last read find the end without growing.
        var result = new PooledBuffer((int)Math.Min(announced, (uint)Math.Min(max, FirstCapacity)) + 1);
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

            // The stream ends quietly where its source does, so a message that was cut off shows only here.
            return (uint)result.Length == announced
                ? result
                : throw new InvalidDataException($"{result.Length} bytes found where {announced} were announced.");
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

    // A message is one gzip member, which ends with its plain size.
    private static uint PlainSize(in ReadOnlySequence<byte> compressed)
    {
        if (compressed.Length < SmallestMember)
        {
            throw new GrpcException(
                GrpcStatusCode.Internal, $"grpc: failed to decompress the received message: {compressed.Length} bytes are too few for gzip.");
        }

        Span<byte> tail = stackalloc byte[sizeof(uint)];
        compressed.Slice(compressed.Length - tail.Length).CopyTo(tail);
        return BinaryPrimitives.ReadUInt32LittleEndian(tail);
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
