namespace Temporal.Grpc.Wire;

/// <summary>The values of <c>-bin</c> headers: base64, sent without padding, accepted with and without it.</summary>
internal static class BinaryHeader
{
    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>Decodes the first value of the header, or null when it is not base64.</summary>
    public static byte[]? Decode(string value)
    {
        // Several values of one name arrive joined by commas.
        var comma = value.IndexOf(',', StringComparison.Ordinal);
        var text = value.AsSpan(0, comma < 0 ? value.Length : comma).Trim().TrimEnd('=');
        Span<char> padded = text.Length <= 256 ? stackalloc char[260] : new char[text.Length + 4];
        var length = (text.Length + 3) / 4 * 4;
        text.CopyTo(padded);
        padded[text.Length..length].Fill('=');
        padded = padded[..length];
        padded.Replace('-', '+');
        padded.Replace('_', '/');

        var bytes = new byte[length / 4 * 3];
        if (!Convert.TryFromBase64Chars(padded, bytes, out var written))
        {
            return null;
        }

        return written == bytes.Length ? bytes : bytes[..written];
    }
}
