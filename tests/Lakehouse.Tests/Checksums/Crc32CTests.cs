using System.Text;
using Lakehouse.Checksums;

namespace Lakehouse.Tests.Checksums;

public sealed class Crc32CTests
{
    /// <summary>The check value of CRC-32C, as RFC 3720 has it.</summary>
    [Fact]
    public void Append_OfTheDigits_IsTheKnownValue() => Assert.Equal(0xE3069283, Crc32C.Append(0, Encoding.ASCII.GetBytes("123456789")));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(9, 7)]
    [InlineData(1000, 65_537)]
    public void Combine_OfTwoRuns_IsTheChecksumOfBoth(int first, int second)
    {
        var bytes = new byte[first + second];
        new Random(first + second).NextBytes(bytes);
        var combined = Crc32C.Combine(Crc32C.Append(0, bytes.AsSpan(0, first)), Crc32C.Append(0, bytes.AsSpan(first)), second);
        Assert.Equal(Crc32C.Append(0, bytes), combined);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task OfParts_OfAFile_CombineToItsChecksum(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        using var folder = new Orchestrator.TestKit.TempDir();
        await File.WriteAllBytesAsync(folder.At("f"), bytes);
        var parts = await Crc32C.OfPartsAsync(folder.At("f"), size, 1_000_001, CancellationToken.None);
        Assert.Equal(Crc32C.Append(0, bytes), Crc32C.OfWhole(parts, size, 1_000_001));
    }
}
