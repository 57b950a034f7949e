using System.Buffers;
using System.Globalization;
using System.Text;

namespace Temporal.Grpc.Wire;

/// <summary>The percent-encoding of <c>grpc-message</c>: UTF-8 bytes outside printable ASCII, and the percent sign itself.</summary>
internal static class StatusMessage
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c).Where(c => c != '%')]);

    /// <summary>Encodes any text; lone surrogates become U+FFFD.</summary>
    public static string Encode(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var encoded = new StringBuilder(bytes.Length * 2);
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            // A space at either end would be trimmed on the way as padding of the header.
            var edgeSpace = b == ' ' && (i == 0 || i == bytes.Length - 1);
            if (b is >= 0x20 and <= 0x7E and not (byte)'%' && !edgeSpace)
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }

    /// <summary>Decodes leniently: what is no valid escape stays as it is, and broken UTF-8 becomes U+FFFD.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
        {
            return encoded;
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        var length = 0;
        for (var i = 0; i < encoded.Length;)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]))
            {
                bytes[length++] = byte.Parse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 3;
                continue;
            }

            var end = encoded.IndexOf('%', i + 1);
            end = end < 0 ? encoded.Length : end;
            length += Encoding.UTF8.GetBytes(encoded, i, end - i, bytes, length);
            i = end;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool IsPlain(string text) =>
        !text.AsSpan().ContainsAnyExcept(Plain) && !text.StartsWith(' ') && !text.EndsWith(' ');
}
