using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Orchestrator.TestKit.S3;

/// <summary>The checksums S3 knows, in base64.</summary>
public static class Checksums
{
    private const string Prefix = "x-amz-checksum-";
    private static readonly uint[] Crc32Table = [.. Enumerable.Range(0, 256).Select(i => (uint)Entry((ulong)i, 0xEDB88320))];
    private static readonly ulong[] Crc64Table = [.. Enumerable.Range(0, 256).Select(i => Entry((ulong)i, 0x9A6C9329AC4BC9B5))];

    /// <summary>Names of the algorithms.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

    /// <summary>Header or trailer of an algorithm.</summary>
    public static string HeaderOf(string algorithm) => Prefix + algorithm;

    /// <summary>Algorithm of a header or trailer; null when it is none.</summary>
    public static string? AlgorithmOf(string header) =>
        header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && Algorithms.Contains(header[Prefix.Length..].ToLowerInvariant()) ? header[Prefix.Length..].ToLowerInvariant() : null;

    /// <summary>The checksum of bytes.</summary>
    public static string Of(string algorithm, ReadOnlySpan<byte> bytes) => Convert.ToBase64String(algorithm switch
    {
        "crc32" => BigEndian(Crc32(bytes)),
        "crc32c" => BigEndian(Crc32C(bytes)),
        "crc64nvme" => BigEndian(Crc64Nvme(bytes)),
        "sha1" => SHA1.HashData(bytes),
        "sha256" => SHA256.HashData(bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
    });

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = Crc32Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    private static ulong Crc64Nvme(ReadOnlySpan<byte> bytes)
    {
        var crc = ulong.MaxValue;
        foreach (var b in bytes)
        {
            crc = Crc64Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static ulong Entry(ulong value, ulong polynomial)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 1 ? (value >> 1) ^ polynomial : value >> 1;
        }

        return value;
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
