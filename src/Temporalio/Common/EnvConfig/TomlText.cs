using System.Globalization;
using System.Text;

namespace Temporalio.Common.EnvConfig;

/// <summary>The characters of a TOML text, read forward, with the rules for blanks, strings and bare words.</summary>
internal sealed class TomlText(string text)
{
    private int _position;
    private int _line = 1;
    private int _lineStart;

    internal bool AtEnd => _position >= text.Length;

    internal char Current => AtEnd ? '\0' : text[_position];

    internal TomlPlace Place => new(_line, _position - _lineStart + 1);

    internal bool AtLineEnd => AtEnd || Current == '\n' || LooksAt("\r\n");

    internal static bool IsBare(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    internal void Next()
    {
        if (text[_position++] == '\n')
        {
            _line++;
            _lineStart = _position;
        }
    }

    internal bool Take(char expected)
    {
        if (AtEnd || Current != expected)
        {
            return false;
        }

        Next();
        return true;
    }

    internal bool Take(string expected)
    {
        if (!LooksAt(expected))
        {
            return false;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            Next();
        }

        return true;
    }

    internal void SkipBlanks()
    {
        while (Current is ' ' or '\t')
        {
            Next();
        }
    }

    /// <summary>Skips blanks, comments and line ends.</summary>
    internal void SkipLines()
    {
        for (SkipBlanks(); !AtEnd && (AtLineEnd || Current == '#'); SkipBlanks())
        {
            SkipComment();
            _ = Take("\r\n") || Take('\n');
        }
    }

    /// <summary>The rest of a line may hold only a comment.</summary>
    internal void EndLine()
    {
        SkipBlanks();
        SkipComment();
        if (!AtLineEnd)
        {
            throw Place.Error("expected the end of the line");
        }
    }

    internal string Word(Func<char, bool> belongs)
    {
        var from = _position;
        while (!AtEnd && belongs(Current))
        {
            Next();
        }

        return text[from.._position];
    }

    /// <summary>A string in any of its four forms; the current character is its quote.</summary>
    internal string String(bool allowLines)
    {
        var start = Place;
        var quote = Current;
        var lines = allowLines && Take(new string(quote, 3));
        if (lines)
        {
            _ = Take("\r\n") || Take('\n');
        }
        else
        {
            Next();
        }

        var result = new StringBuilder();
        while (true)
        {
            if (AtEnd || (!lines && AtLineEnd))
            {
                throw start.Error($"unclosed string, expected `{new string(quote, lines ? 3 : 1)}`");
            }

            if (lines ? TakeEnd(quote, result) : Take(quote))
            {
                return result.ToString();
            }

            if (quote == '"' && Current == '\\')
            {
                Escape(result, lines);
            }
            else
            {
                result.Append(Current);
                Next();
            }
        }
    }

    private bool LooksAt(string expected) => string.CompareOrdinal(text, _position, expected, 0, expected.Length) == 0;

    private void SkipComment()
    {
        if (Current == '#')
        {
            while (!AtLineEnd)
            {
                Next();
            }
        }
    }

    /// <summary>Three quotes end the string; up to two more in front of them belong to it.</summary>
    private bool TakeEnd(char quote, StringBuilder result)
    {
        var count = 0;
        while (count < 5 && _position + count < text.Length && text[_position + count] == quote)
        {
            count++;
        }

        if (count < 3)
        {
            return false;
        }

        Take(new string(quote, count));
        result.Append(quote, count - 3);
        return true;
    }

    private void Escape(StringBuilder result, bool lines)
    {
        var at = Place;
        Next();
        var kind = Current;
        if (lines && (char.IsWhiteSpace(kind) || AtLineEnd))
        {
            SkipBlanks();
            if (!AtLineEnd)
            {
                throw at.Error("a backslash must be followed by an escape or the end of the line");
            }

            while (!AtEnd && char.IsWhiteSpace(Current))
            {
                Next();
            }

            return;
        }

        if (AtEnd)
        {
            throw at.Error("unclosed string");
        }

        Next();
        if (kind is 'u' or 'U')
        {
            Unicode(result, kind == 'u' ? 4 : 8, at);
            return;
        }

        result.Append(kind switch
        {
            'b' => '\b',
            't' => '\t',
            'n' => '\n',
            'f' => '\f',
            'r' => '\r',
            'e' => '\u001b',
            '"' or '\\' => kind,
            _ => throw at.Error($"unknown escape `\\{kind}`"),
        });
    }

    private void Unicode(StringBuilder result, int digits, TomlPlace at)
    {
        var hex = _position + digits <= text.Length ? text.AsSpan(_position, digits) : [];
        if (!uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.TryCreate(code, out var rune))
        {
            throw at.Error($"expected {digits} hexadecimal digits of a Unicode scalar value");
        }

        result.Append(rune.ToString());
        _position += digits;
    }
}
