using System.Text.RegularExpressions;

namespace Lakehouse.Privacy;

/// <summary>Numbers that point to a person or an account, told by form and check digits.</summary>
internal static partial class Numbers
{
    // Length of an IBAN by country, from the IBAN registry.
    private static readonly Dictionary<string, int> IbanLengths = new(StringComparer.Ordinal)
    {
        ["AD"] = 24, ["AE"] = 23, ["AL"] = 28, ["AT"] = 20, ["AZ"] = 28, ["BA"] = 20, ["BE"] = 16, ["BG"] = 22, ["BH"] = 22, ["BR"] = 29, ["BY"] = 28, ["CH"] = 21, ["CR"] = 22, ["CY"] = 28,
        ["CZ"] = 24, ["DE"] = 22, ["DK"] = 18, ["DO"] = 28, ["EE"] = 20, ["EG"] = 29, ["ES"] = 24, ["FI"] = 18, ["FO"] = 18, ["FR"] = 27, ["GB"] = 22, ["GE"] = 22, ["GI"] = 23, ["GL"] = 18,
        ["GR"] = 27, ["GT"] = 28, ["HR"] = 21, ["HU"] = 28, ["IE"] = 22, ["IL"] = 23, ["IQ"] = 23, ["IS"] = 26, ["IT"] = 27, ["JO"] = 30, ["KW"] = 30, ["KZ"] = 20, ["LB"] = 28, ["LC"] = 32,
        ["LI"] = 21, ["LT"] = 20, ["LU"] = 20, ["LV"] = 21, ["MC"] = 27, ["MD"] = 24, ["ME"] = 22, ["MK"] = 19, ["MR"] = 27, ["MT"] = 31, ["MU"] = 30, ["NL"] = 18, ["NO"] = 15, ["PK"] = 24,
        ["PL"] = 28, ["PS"] = 29, ["PT"] = 25, ["QA"] = 29, ["RO"] = 24, ["RS"] = 22, ["SA"] = 24, ["SC"] = 31, ["SE"] = 24, ["SI"] = 19, ["SK"] = 24, ["SM"] = 27, ["ST"] = 25, ["SV"] = 28,
        ["TL"] = 23, ["TN"] = 24, ["TR"] = 26, ["UA"] = 29, ["VA"] = 22, ["VG"] = 24, ["XK"] = 20,
    };

    public static bool IsCard(ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[19];
        return Digits(text, digits, " -") is >= 13 and var length && HasIssuer(digits[..length]) && CheckDigits.Luhn(digits[..length]);
    }

    public static bool IsIban(ReadOnlySpan<char> text)
    {
        Span<char> compact = stackalloc char[34];
        var length = 0;
        foreach (var c in text)
        {
            if (c is ' ' or '-')
            {
                continue;
            }

            if (length == compact.Length || !char.IsAsciiLetterOrDigit(c))
            {
                return false;
            }

            compact[length++] = char.ToUpperInvariant(c);
        }

        var iban = compact[..length];
        if (length < 15 || !char.IsAsciiLetter(iban[0]) || !char.IsAsciiLetter(iban[1]) || !char.IsAsciiDigit(iban[2]) || !char.IsAsciiDigit(iban[3])
            || IbanLengths.GetValueOrDefault(iban[..2].ToString()) != length)
        {
            return false;
        }

        Span<char> turned = stackalloc char[length];
        iban[4..].CopyTo(turned);
        iban[..4].CopyTo(turned[^4..]);
        return CheckDigits.Mod97(turned) == 1;
    }

    /// <summary>A number whose form alone is telling: it has separators or letters where only such numbers have them.</summary>
    public static bool IsNationalId(string text) => text.Length is >= 9 and <= 18 && (
        UsSocialSecurity().IsMatch(text) || UkInsurance().IsMatch(text) || IsSpanish(text) || IsItalian(text) || IsFinnish(text) || IsSwedish(text) || IsSwiss(text) || IsBrazilian(text) || IsChinese(text));

    /// <summary>Bare digits that pass the check of a national number: one in ten of all such digits does, so that a single one says little.</summary>
    public static bool IsBareNationalId(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        return text.Length switch
        {
            // Netherlands: BSN.
            9 => text[0] != text[1] && CheckDigits.Weighted(text, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0,

            // Poland: PESEL, with a date in it. Germany: tax number, in whose first ten digits one and only one comes twice or thrice.
            11 => (IsDate(text[2..4], text[4..6]) && (10 - (CheckDigits.Weighted(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 == text[10] - '0')
                || (text[0] != '0' && OneDigitRepeats(text[..10]) && CheckDigits.Mod11And10(text)),

            // France: NIR; the last two digits complete the first thirteen to a multiple of 97.
            15 => text[0] is '1' or '2' && text[3..5] is not "00" && 97 - CheckDigits.Mod97(text[..13]) == ((text[13] - '0') * 10) + (text[14] - '0'),
            _ => false,
        };
    }

    private static int Digits(ReadOnlySpan<char> text, Span<char> digits, string separators)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) && length < digits.Length)
            {
                digits[length++] = text[i];
            }
            else if (!separators.Contains(text[i], StringComparison.Ordinal) || i == 0 || i == text.Length - 1 || !char.IsAsciiDigit(text[i - 1]))
            {
                return -1;
            }
        }

        return length;
    }

    private static bool HasIssuer(ReadOnlySpan<char> digits)
    {
        var four = int.Parse(digits[..4], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
        return digits.Length switch
        {
            13 or 19 => digits[0] == '4' || (digits.Length == 19 && (four is 6011 || four / 10 is >= 644 and <= 659 || four / 100 is 62)),
            14 => four / 100 is 36 or 38 or 39 || four / 10 is >= 300 and <= 305,
            15 => four / 100 is 34 or 37,
            16 => digits[0] == '4' || four / 100 is >= 51 and <= 55 || four is >= 2221 and <= 2720 || four is 6011 || four / 10 is >= 644 and <= 659 || four is >= 3528 and <= 3589 || four / 100 is 62,
            _ => false,
        };
    }

    private static bool IsDate(ReadOnlySpan<char> month, ReadOnlySpan<char> day)
    {
        // PESEL adds 20, 40, 60 or 80 to the month for other centuries.
        var (m, d) = ((((month[0] - '0') * 10) + (month[1] - '0')) % 20, ((day[0] - '0') * 10) + (day[1] - '0'));
        return m is >= 1 and <= 12 && d is >= 1 and <= 31;
    }

    private static bool OneDigitRepeats(ReadOnlySpan<char> digits)
    {
        Span<int> counts = stackalloc int[10];
        foreach (var c in digits)
        {
            counts[c - '0']++;
        }

        var repeated = 0;
        foreach (var count in counts)
        {
            if (count > 3)
            {
                return false;
            }

            repeated += count > 1 ? 1 : 0;
        }

        return repeated == 1;
    }

    private static bool IsSpanish(string text) => Spanish().Match(text) is { Success: true } m
        && "TRWAGMYFPDXBNJZSQVHLCKE"[int.Parse((m.Groups[1].Value is { Length: > 0 } lead ? "XYZ".IndexOf(lead, StringComparison.OrdinalIgnoreCase).ToString(System.Globalization.CultureInfo.InvariantCulture) : "") + m.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) % 23] == char.ToUpperInvariant(m.Groups[3].Value[0]);

    private static bool IsItalian(string text)
    {
        if (!Italian().IsMatch(text))
        {
            return false;
        }

        int[] odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var value = char.IsAsciiDigit(text[i]) ? text[i] - '0' : char.ToUpperInvariant(text[i]) - 'A';
            sum += i % 2 == 0 ? odd[value] : value;
        }

        return sum % 26 == char.ToUpperInvariant(text[15]) - 'A';
    }

    private static bool IsFinnish(string text) => Finnish().Match(text) is { Success: true } m
        && "0123456789ABCDEFHJKLMNPRSTUVWXY"[int.Parse(m.Groups[1].Value + m.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) % 31] == char.ToUpperInvariant(m.Groups[3].Value[0]);

    private static bool IsSwedish(string text) => Swedish().Match(text) is { Success: true } m && CheckDigits.Luhn(m.Groups[1].Value + m.Groups[2].Value);

    private static bool IsSwiss(string text) => Swiss().IsMatch(text) && text.Replace(".", "", StringComparison.Ordinal) is var digits
        && (10 - (CheckDigits.Weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 == digits[12] - '0';

    private static bool IsBrazilian(string text)
    {
        if (!Brazilian().IsMatch(text))
        {
            return false;
        }

        var digits = text.Replace(".", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return Digit(CheckDigits.Weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2])) == digits[9] - '0'
            && Digit(CheckDigits.Weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) == digits[10] - '0';

        static int Digit(int sum) => sum % 11 < 2 ? 0 : 11 - (sum % 11);
    }

    private static bool IsChinese(string text) => Chinese().IsMatch(text)
        && "10X98765432"[CheckDigits.Weighted(text, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] == char.ToUpperInvariant(text[17]);

    [GeneratedRegex(@"^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$")]
    private static partial Regex UsSocialSecurity();

    [GeneratedRegex(@"^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$")]
    private static partial Regex UkInsurance();

    [GeneratedRegex(@"^(?:([XYZxyz])-?(?=\d{7}-?[A-Za-z]$)|(?=\d{8}-?[A-Za-z]$))(\d{7,8})-?([A-Za-z])$")]
    private static partial Regex Spanish();

    [GeneratedRegex(@"^[A-Za-z]{6}\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2}[A-Za-z]\d{3}[A-Za-z]$")]
    private static partial Regex Italian();

    [GeneratedRegex(@"^((?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2})[-+A](\d{3})([0-9A-Ya-y])$")]
    private static partial Regex Finnish();

    [GeneratedRegex(@"^(?:\d{2})?(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[-+](\d{4})$")]
    private static partial Regex Swedish();

    [GeneratedRegex(@"^756\.\d{4}\.\d{4}\.\d{2}$")]
    private static partial Regex Swiss();

    [GeneratedRegex(@"^\d{3}\.\d{3}\.\d{3}-\d{2}$")]
    private static partial Regex Brazilian();

    [GeneratedRegex(@"^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]$")]
    private static partial Regex Chinese();
}
