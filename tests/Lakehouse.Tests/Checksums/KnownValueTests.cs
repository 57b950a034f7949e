using System.Text;
using Lakehouse.Checksums;

namespace Lakehouse.Tests.Checksums;

/// <summary>The check values that the definitions of the checksums give.</summary>
public sealed class KnownValueTests
{
    [Fact]
    public void Crc32_OfTheDigits_IsTheKnownValueInOnePieceAndInMany()
    {
        var digits = Encoding.ASCII.GetBytes("123456789");
        Assert.Equal(0xCBF43926, Crc32.Append(0, digits));
        Assert.Equal(0xCBF43926, digits.Aggregate(0u, (crc, digit) => Crc32.Append(crc, [digit])));
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    public void XxHash64_OfAText_IsTheKnownValue(string text, ulong expected)
    {
        var hash = new XxHash64();
        hash.Append(Encoding.ASCII.GetBytes(text));
        Assert.Equal(expected, hash.Hash());
    }

    [Fact]
    public void XxHash64_InPieces_IsThatOfTheWhole()
    {
        var bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        var (whole, pieces) = (new XxHash64(), new XxHash64());
        whole.Append(bytes);
        for (var (at, size) = (0, 1); at < bytes.Length; (at, size) = (at + size, (size * 3) + 1))
        {
            pieces.Append(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
        }

        Assert.Equal(whole.Hash(), pieces.Hash());
    }
}
