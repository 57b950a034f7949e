using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Lakehouse.ObjectStores;

/// <summary>CRC-32C (Castagnoli), the checksum that processors compute by themselves.</summary>
internal static class Crc32C
{
    private const int BufferSize = 1 << 20;

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

    /// <summary>The checksum of a part of a file.</summary>
    public static async Task<uint> OfFileAsync(string file, long offset, long count, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        return await OfFileAsync(handle, offset, count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The checksum of a part of an open file.</summary>
    public static async Task<uint> OfFileAsync(SafeFileHandle handle, long offset, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(BufferSize, Math.Max(1, count))];
        var crc = 0u;
        for (var end = offset + count; offset < end;)
        {
            var read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - offset)), offset, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException($"A file ended after {offset} bytes while it was read: expected {end}.");
            }

            crc = Append(crc, buffer.AsSpan(0, read));
            offset += read;
        }

        return crc;
    }

    /// <summary>As S3 writes it: base64 of the bytes, highest first.</summary>
    public static string Text(uint crc)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        return Convert.ToBase64String(bytes);
    }
}
