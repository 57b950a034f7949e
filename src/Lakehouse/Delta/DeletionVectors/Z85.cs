namespace Lakehouse.Delta.DeletionVectors;

/// <summary>ZeroMQ's base 85 (https://rfc.zeromq.org/spec/32): four bytes as five printable characters.</summary>
internal static class Z85
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

    /// <summary>The bytes of a text.</summary>
    /// <exception cref="FormatException">It is not such a text.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        if (text.Length % 5 != 0)
        {
            throw new FormatException($"a Z85 text of {text.Length} characters: expected a multiple of 5");
        }

        var bytes = new byte[text.Length / 5 * 4];
        for (var i = 0; i < text.Length; i += 5)
        {
            ulong value = 0;
            foreach (var c in text.Slice(i, 5))
            {
                var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
                value = (value * 85) + (ulong)(digit >= 0 ? digit : throw new FormatException($"'{c}' is no character of Z85"));
            }

            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i / 5 * 4), value <= uint.MaxValue ? (uint)value : throw new FormatException("a Z85 group above 32 bits"));
        }

        return bytes;
    }
}
