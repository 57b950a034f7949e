using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Lakehouse.Checksums;

/// <summary>CRC-32C (Castagnoli), the checksum that processors compute by themselves.</summary>
internal static class Crc32C
{
    private const int BufferSize = 256 << 10;

    /// <summary>The checksum of bytes that follow others.</summary>
    /// <param name="crc">Checksum of what came before; 0 for nothing.</param>
    /// <param name="bytes">The bytes.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>The checksum of two runs of bytes, one after the other, from the checksum of each.</summary>
    /// <param name="first">Checksum of the first.</param>
    /// <param name="second">Checksum of the second.</param>
    /// <param name="secondLength">Bytes of the second.</param>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        // A checksum is a remainder of polynomials over GF(2): to put bytes behind it, multiply it by x to the power of their bits.
        var power = 1u << 31; // 1
        var factor = 1u << 23; // x to the 8th, one byte
        for (var rest = secondLength; rest > 0; rest >>= 1)
        {
            power = (rest & 1) == 1 ? Multiply(power, factor) : power;
            factor = Multiply(factor, factor);
        }

        return Multiply(first, power) ^ second;
    }

    /// <summary>The checksums of a file's parts, several parts at once.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">How many of its bytes.</param>
    /// <param name="partBytes">Size of every part but the last.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<uint[]> OfPartsAsync(string file, long length, long partBytes, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file);
        var parts = new uint[Math.Max(1, (length + partBytes - 1) / partBytes)];
        await Parallel.ForAsync(0, parts.Length, cancellationToken, (part, token) =>
        {
            parts[part] = OfRange(handle, file, part * partBytes, Math.Min(length, (part + 1) * partBytes), token);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return parts;
    }

    /// <summary>The checksum of a whole from those of its parts.</summary>
    public static uint OfWhole(IReadOnlyList<uint> parts, long length, long partBytes) =>
        parts.Skip(1).Select((crc, i) => (Crc: crc, Length: Math.Min(partBytes, length - ((i + 1) * partBytes)))).Aggregate(parts[0], (whole, part) => Combine(whole, part.Crc, part.Length));

    /// <summary>Blocking reads: a file just written lies in memory, and each asynchronous one would be a detour over another thread.</summary>
    private static uint OfRange(SafeFileHandle handle, string file, long offset, long end, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var crc = 0u;
            while (offset < end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(BufferSize, end - offset)), offset);
                crc = read > 0 ? Append(crc, buffer.AsSpan(0, read)) : throw new EndOfStreamException($"'{file}' ended after {offset} bytes: expected {end} at least.");
                offset += read;
            }

            return crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static uint Multiply(uint a, uint b)
    {
        const uint Reversed = 0x82F63B78; // Castagnoli's polynomial, lowest power in the highest bit
        var product = 0u;
        for (var bit = 1u << 31; bit != 0; bit >>= 1)
        {
            product ^= (a & bit) != 0 ? b : 0;
            b = (b & 1) != 0 ? (b >> 1) ^ Reversed : b >> 1;
        }

        return product;
    }

    /// <summary>As S3 writes it: base64 of the bytes, highest first.</summary>
    public static string Text(uint crc)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        return Convert.ToBase64String(bytes);
    }
}
