using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lakehouse.Privacy;

/// <summary>
/// Makes tokens of values: <c>customers.2:</c> and 22 letters, the first 16 bytes of HMAC-SHA-256 over domain and value. Equal values of one key version and
/// domain have equal tokens; without the key nobody can find the value by trying. Thread-safe.
/// </summary>
public sealed class Tokeniser
{
    /// <summary>Fewest digits of a value that a token of digits has room for: below it, different values would too often meet in one token.</summary>
    public const int LeastDigits = 15;

    private const int TokenBytes = 16;

    private readonly TokenKey _key;
    private readonly PrivacyRule _rule;
    private readonly byte[] _prefix;
    private readonly byte[] _domain;
    private readonly ThreadLocal<IncrementalHash> _hash;

    /// <summary>Makes a tokeniser.</summary>
    /// <param name="key">The key.</param>
    /// <param name="rule">Domain, normal form and shape of the tokens.</param>
    public Tokeniser(TokenKey key, PrivacyRule rule)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(rule);
        (_key, _rule) = (key, rule);
        _prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key.Name}.{key.Version}:"));

        // The length in front keeps a domain and value from being another domain and value.
        var domain = Encoding.UTF8.GetBytes(rule.Domain ?? key.Name);
        _domain = [(byte)(domain.Length >> 8), (byte)domain.Length, .. domain];
        _hash = new ThreadLocal<IncrementalHash>(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key.Bytes));
    }

    /// <summary>Token of a value; the value itself is never part of it.</summary>
    public string Token(string value)
    {
        var output = new ArrayBufferWriter<byte>(64);
        Write(Encoding.UTF8.GetBytes(value), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Writes the token of a value, both as UTF-8.</summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Takes the token.</param>
    /// <returns>True: every value has a token.</returns>
    public bool Write(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Span<byte> mac = stackalloc byte[32];
        var normal = Normal(value);
        var hash = _hash.Value!;
        hash.AppendData(_domain);
        hash.AppendData(normal);
        hash.GetHashAndReset(mac);
        if (_rule.KeepsDigits && Count(normal) >= LeastDigits)
        {
            WriteDigits(normal, mac, output);
            return true;
        }

        output.Write(_prefix);
        var letters = output.GetSpan(Base64Url.GetEncodedLength(TokenBytes));
        Base64Url.EncodeToUtf8(mac[..TokenBytes], letters, out _, out var written);
        output.Advance(written);
        return true;
    }

    /// <summary>Digits in place of digits, everything else as it was; never a number that passes a card's check.</summary>
    private static void WriteDigits(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mac, IBufferWriter<byte> output)
    {
        var number = new System.Numerics.BigInteger(mac, isUnsigned: true);
        var written = output.GetSpan(value.Length)[..value.Length];
        Span<char> digits = stackalloc char[Count(value)];
        var at = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is >= (byte)'0' and <= (byte)'9')
            {
                number = System.Numerics.BigInteger.DivRem(number, 10, out var digit);
                digits[at++] = (char)('0' + (int)digit);
                written[i] = (byte)digits[at - 1];
            }
            else
            {
                written[i] = value[i];
            }
        }

        if (CheckDigits.Luhn(digits))
        {
            var last = value.LastIndexOfAnyInRange((byte)'0', (byte)'9');
            written[last] = (byte)('0' + ((written[last] - '0' + 1) % 10));
        }

        output.Advance(value.Length);
    }

    private static int Count(ReadOnlySpan<byte> value)
    {
        var count = 0;
        foreach (var b in value)
        {
            count += b is >= (byte)'0' and <= (byte)'9' ? 1 : 0;
        }

        return count;
    }

    private ReadOnlySpan<byte> Normal(ReadOnlySpan<byte> value) => _rule.Normalise switch
    {
        "none" => value,
        "digits" => (byte[])[.. value.ToArray().Where(b => b is >= (byte)'0' and <= (byte)'9')],
        "lower" => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(value).Trim().ToLowerInvariant()),
        _ => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(value).Trim()),
    };
}
