using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Lakehouse.Privacy;

/// <summary>
/// Tells values that point to a person, or open a door, by form, check digits and small lists of names. It judges values and says
/// nothing about columns; see <see cref="PiiScan"/>. Names outside the lists, and numbers without check digits or a telling form, pass unseen.
/// </summary>
public static partial class PiiDetector
{
    private const int LongestValue = 4096;

    // An IBAN of 34 characters in groups of four is the longest there is.
    private const int MostWords = 9;
    private const int MostCharacters = 48;

    // Matching is linear in the text whatever the text is: no pattern here backtracks.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly Regex SecretForm = new(
        """
        \b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22,}|\bglpat-[A-Za-z0-9_\-]{20}|\b[spr]k_(?:live|test)_[A-Za-z0-9]{16,}|\bxox[abeoprs]-[A-Za-z0-9\-]{10,}|\bAIza[0-9A-Za-z_\-]{35}|\bnpm_[A-Za-z0-9]{36}|\bSG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}|\bsk-[A-Za-z0-9_\-]{20,}|\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{16,}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY|[a-z][a-z0-9+]{1,16}://[^\s:/@]{1,64}:[^\s:/@]{3,128}@|AccountKey=[A-Za-z0-9+/]{40,}
        """.Trim(),
        Linear);

    // One of them stands in whatever SecretForm finds: looking for them costs a small part of matching it, and most texts have none.
    private static readonly SearchValues<string> SecretAnchors = SearchValues.Create(
        ["AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "k_live_", "k_test_", "xox", "AIza", "npm_", "SG.", "sk-", "eyJ", "-----BEGIN ", "://", "AccountKey="], StringComparison.Ordinal);

    /// <summary>What a whole value is; null for anything else. Bare numbers and single words are never anything: too many things look like that.</summary>
    /// <param name="value">The value; blanks around it do not matter.</param>
    public static PiiKind? Classify(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = value.Trim();
        if (text.Length is < 5 or > LongestValue)
        {
            return null;
        }

        var hasDigits = text.AsSpan().ContainsAnyInRange('0', '9');
        return IsEmail(text) ? PiiKind.Email
            : IsSecret(text) ? PiiKind.Secret
            : hasDigits && Numbers.IsIban(text) ? PiiKind.Iban
            : hasDigits && Numbers.IsCard(text) ? PiiKind.Card
            : hasDigits && Numbers.IsNationalId(text) ? PiiKind.NationalId
            : IsAddress(text) ? PiiKind.IpAddress
            : hasDigits && IsPhone(text) ? PiiKind.Phone
            : Names.IsFull(text) ? PiiKind.PersonName
            : null;
    }

    /// <summary>
    /// A text with everything in it that looks like a person's or a secret value replaced by <c>***</c>: e-mail addresses, secrets, IBANs, card,
    /// telephone and identity numbers, IP addresses and full names. For samples and messages that must not carry such values.
    /// </summary>
    /// <param name="text">The text.</param>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Classify(text) is not null)
        {
            return "***";
        }

        return RedactWords(SecretForm.Replace(EmailInText.Replace(text, "***"), "***"));
    }

    internal static bool Redact(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        Encoding.UTF8.GetBytes(Redact(Encoding.UTF8.GetString(text)).AsSpan(), output);
        return true;
    }

    internal static bool IsEmail(string text) => text.Contains('@', StringComparison.Ordinal) && EmailForm.IsMatch(text);

    private static bool IsSecret(string text) => text.AsSpan().ContainsAny(SecretAnchors) && SecretForm.IsMatch(text);

    internal static bool IsPhone(string text)
    {
        var digits = text.Count(char.IsAsciiDigit);
        return digits is >= 8 and <= 15 && text.Length <= 24 && (International.IsMatch(text) || (digits is 10 or 11 && NorthAmerican.IsMatch(text)) || (digits is >= 9 and <= 12 && National.IsMatch(text)));
    }

    /// <summary>Digits that a column called telephone may hold: 7 to 15 of them, however they are set apart.</summary>
    internal static bool IsBarePhone(string text) => text.Count(char.IsAsciiDigit) is >= 7 and <= 15 && Dialled.IsMatch(text);

    internal static bool IsAddress(string text)
    {
        // An address of version 6 has a double colon or eight groups: a time has neither.
        if (text.Length is < 7 or > 45)
        {
            return text.Length is >= 3 and <= 45 && text.Contains("::", StringComparison.Ordinal) && Version6(text);
        }

        return text.Contains(':', StringComparison.Ordinal) ? Version6(text) : text.Contains('.', StringComparison.Ordinal) && Version4.IsMatch(text) && IPAddress.TryParse(text, out _);
    }

    /// <summary>What a version number hardly has: a part above 63.</summary>
    internal static bool IsTellingAddress(string text) => text.Contains(':', StringComparison.Ordinal)
        || text.Split('.').Any(p => byte.TryParse(p, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var part) && part > 63);

    /// <summary>Letters and digits without a blank, as random as keys are and words are not.</summary>
    internal static bool IsRandom(string text) => text.Length is >= 16 and <= 512 && !text.Any(char.IsWhiteSpace)
        && text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetter) && Entropy(text) > 3.2;

    private static bool Version6(string text) => (text.Contains("::", StringComparison.Ordinal) || text.Count(c => c == ':') == 7)
        && IPAddress.TryParse(text, out var address) && address.AddressFamily is AddressFamily.InterNetworkV6;

    /// <summary>Numbers and names may stand in several words: the longest run of words that is one goes.</summary>
    private static string RedactWords(string text)
    {
        var words = Word.Matches(text);
        var result = new StringBuilder();
        var copied = 0;
        for (var first = 0; first < words.Count; first++)
        {
            for (var last = Math.Min(first + MostWords, words.Count) - 1; last >= first; last--)
            {
                var run = text[words[first].Index..(words[last].Index + words[last].Length)];
                if (run.Length <= MostCharacters && (IsTellingNumber(run) || Names.IsFull(run)))
                {
                    result.Append(text, copied, words[first].Index - copied).Append("***");
                    copied = words[last].Index + words[last].Length;
                    first = last;
                    break;
                }
            }
        }

        return copied == 0 ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool IsTellingNumber(string text) => text.Length >= 7 &&
        text.Any(char.IsAsciiDigit)
        && (Numbers.IsIban(text) || Numbers.IsCard(text) || Numbers.IsNationalId(text) || IsPhone(text) || (IsAddress(text) && IsTellingAddress(text)));

    private static double Entropy(string text) => text.GroupBy(c => c).Sum(g => -((double)g.Count() / text.Length) * Math.Log2((double)g.Count() / text.Length));

    private static readonly Regex EmailForm = new(@"^(?:mailto:|[^<>@]{0,80}<)?[A-Za-z0-9._%+'\-]{1,64}@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.)+[A-Za-z]{2,24}>?$", Linear);
    private static readonly Regex EmailInText = new(@"[A-Za-z0-9._%+'\-]{1,64}@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.)+[A-Za-z]{2,24}", Linear);
    private static readonly Regex Word = new(@"[+(]*[\p{L}0-9](?:[\p{L}0-9()./:'\-]*[\p{L}0-9)])?", Linear);
    private static readonly Regex International = new(@"^(?:\+|00)[1-9][0-9]{0,3}(?:[ .\-/]?\(?[0-9]{1,5}\)?){2,6}$", Linear);
    private static readonly Regex NorthAmerican = new(@"^(?:1[ .\-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .\-])[2-9][0-9]{2}[ .\-][0-9]{4}(?: ?x[0-9]{1,5})?$", Linear);
    private static readonly Regex National = new(@"^(?:\(0[1-9][0-9]{0,4}\) ?|0[1-9][0-9]{0,4}[ /\-])[0-9]{2,8}(?:[ \-][0-9]{2,6}){0,4}$", Linear);
    private static readonly Regex Dialled = new(@"^\+?[0-9(][0-9 ().\-/]{5,22}[0-9]$", Linear);
    private static readonly Regex Version4 = new(@"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$", Linear);
}
