using System.Globalization;
using System.Text;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>A value of a search attribute of type Text, cut into the tokens by which it is found.</summary>
internal sealed class SearchText
{
    /// <summary>Letters under each base letter count as that letter; normalisation data is absent without ICU.</summary>
    private static readonly Dictionary<char, char> Bases = BaseLetters(
        "aàáâãäåāăąǎạảấầẩẫậắằẳẵặ", "cçćĉċč", "dďḍḏ", "eèéêëēĕėęěẹẻẽếềểễệ", "gĝğġģǧ", "hĥḥ", "iìíîïĩīĭįǐỉị", "jĵ", "kķǩ", "lĺļľḷ", "mṃ",
        "nñńņňṇ", "oòóôõöōŏőǒơọỏốồổỗộớờởỡợ", "rŕŗřṛ", "sśŝşšșṣ", "tţťțṭ", "uùúûüũūŭůűųǔưụủứừửữự", "wŵẁẃẅ", "yýÿŷỳỵỷỹ", "zźżžẓ",
        "αά", "εέ", "ηή", "ιίϊΐ", "οό", "υύϋΰ", "ωώ", "иѝй", "еѐё", "іїі", "уў", "гѓ", "кќ");

    private readonly string[] _tokens;

    /// <summary>Tokenizes the text.</summary>
    public SearchText(string text)
    {
        Text = text;
        _tokens = Tokens(text);
    }

    /// <summary>The text as it was given.</summary>
    public string Text { get; }

    /// <summary>Runs of letters and digits, in lower case and without accents.</summary>
    public static string[] Tokens(string text)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.NonSpacingMark:
                    break; // an accent of its own adds nothing to its letter
                case var category when category <= UnicodeCategory.OtherLetter ||
                    category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.PrivateUse:
                    var lower = Rune.ToLowerInvariant(rune);
                    token.Append(lower.IsBmp && Bases.TryGetValue((char)lower.Value, out var plain) ? plain.ToString() : lower.ToString());
                    break;
                default:
                    Flush();
                    break;
            }
        }

        Flush();
        return [.. tokens];

        void Flush()
        {
            if (token.Length > 0)
            {
                tokens.Add(token.ToString());
                token.Clear();
            }
        }
    }

    /// <summary>The phrase's tokens stand in the text one after another; an empty phrase never does.</summary>
    public bool Contains(string[] phrase)
    {
        for (var start = 0; start <= _tokens.Length - phrase.Length && phrase.Length > 0; start++)
        {
            if (_tokens.AsSpan(start, phrase.Length).SequenceEqual(phrase))
            {
                return true;
            }
        }

        return false;
    }

    private static Dictionary<char, char> BaseLetters(params string[] families) => families
        .SelectMany(family => family[1..].Distinct().Where(c => c != family[0]), (family, letter) => (letter, family[0]))
        .ToDictionary();
}
