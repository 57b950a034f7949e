using System.Buffers.Binary;

namespace Temporal.Grpc.Wire;

/// <summary>The five bytes before a message: whether it is compressed, and its length (big endian).</summary>
internal readonly record struct FramePrefix(bool Compressed, int Length)
{
    /// <summary>Bytes of a prefix.</summary>
    public const int Size = 5;

    /// <summary>Reads and checks a prefix.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    /// <param name="encoding">The sender's <c>grpc-encoding</c>, or null.</param>
    /// <param name="max">The largest message accepted.</param>
    /// <exception cref="GrpcException">The prefix is invalid or announces too large a message.</exception>
    public static FramePrefix Read(ReadOnlySpan<byte> bytes, string? encoding, int max)
    {
        var flag = bytes[0];
        if (flag > 1)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"grpc: invalid compressed flag {flag} before a message, expected 0 or 1");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (length > max)
        {
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {max})");
        }

        if (flag == 1 && encoding != GrpcHeaders.Gzip)
        {
            throw encoding is null or GrpcHeaders.Identity
                ? new GrpcException(GrpcStatusCode.Internal, "grpc: compressed flag set with identity or empty encoding")
                : new GrpcException(GrpcStatusCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"");
        }

        return new FramePrefix(flag == 1, (int)length);
    }

    /// <summary>Writes the prefix to the first <see cref="Size"/> bytes.</summary>
    public static void Write(Span<byte> bytes, bool compressed, int length)
    {
        bytes[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], (uint)length);
    }
}
