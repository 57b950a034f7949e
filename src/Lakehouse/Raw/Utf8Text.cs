using System.Buffers;
using System.Text;

namespace Lakehouse.Raw;

/// <summary>What the platform does not tell of UTF-8.</summary>
internal static class Utf8Text
{
    /// <summary>Place of the first byte that is no UTF-8; the length when all of it is.</summary>
    public static int FirstInvalid(ReadOnlySpan<byte> content)
    {
        var at = 0;
        while (at < content.Length && Rune.DecodeFromUtf8(content[at..], out _, out var length) is OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
