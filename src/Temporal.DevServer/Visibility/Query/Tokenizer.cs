using System.Text;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Cuts a query into tokens: the lexical rules of MySQL, comments included.</summary>
internal sealed class Tokenizer(string text)
{
    private static readonly string[] Symbols = ["<=>", "->>", "<>", "<=", "<<", ">=", ">>", "!=", "&&", "||", "->"];
    private int _at;

    /// <summary>The next token; after the end, the end again.</summary>
    public Token Next()
    {
        while (true)
        {
            while (_at < text.Length && text[_at] is ' ' or '\n' or '\r' or '\t')
            {
                _at++;
            }

            if (_at >= text.Length)
            {
                return new(TokenKind.End, "", text.Length);
            }

            if (!SkipComment(out var unfinished))
            {
                return Read();
            }

            if (unfinished)
            {
                return Make(TokenKind.Bad, "/*");
            }
        }
    }

    private Token Read()
    {
        var c = text[_at];
        if (c is 'x' or 'X' or 'b' or 'B' && Peek(1) == '\'')
        {
            return PrefixedDigits(c is 'x' or 'X');
        }

        if (IsLetter(c))
        {
            return Word();
        }

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number();
        }

        switch (c)
        {
            case '\'' or '"':
                return Quoted(c);
            case '`':
                return QuotedName();
            case '?':
                _at++;
                return Make(TokenKind.Argument, ":v1");
            case ':':
                return Argument();
        }

        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(_at).StartsWith(symbol, StringComparison.Ordinal))
            {
                _at += symbol.Length;
                return symbol switch
                {
                    "&&" => Make(TokenKind.Keyword, "and"),
                    "||" => Make(TokenKind.Keyword, "or"),
                    _ => Make(TokenKind.Symbol, symbol),
                };
            }
        }

        _at++;
        return Make("=<>(),;+-*/%^~&|!.".Contains(c, StringComparison.Ordinal) ? TokenKind.Symbol : TokenKind.Bad, c.ToString());
    }

    private bool SkipComment(out bool unfinished)
    {
        unfinished = false;
        var rest = text.AsSpan(_at);
        if (rest[0] == '#' || rest.StartsWith("--") || rest.StartsWith("//"))
        {
            var line = rest.IndexOf('\n');
            _at = line < 0 ? text.Length : _at + line + 1;
            return true;
        }

        if (!rest.StartsWith("/*"))
        {
            return false;
        }

        var end = rest[2..].IndexOf("*/");
        unfinished = end < 0;
        _at = unfinished ? text.Length : _at + end + 4;
        return true;
    }

    private Token Word()
    {
        var start = _at;
        while (_at < text.Length && (IsLetter(text[_at]) || char.IsAsciiDigit(text[_at])))
        {
            _at++;
        }

        var word = text[start.._at];
        var lower = word.ToLowerInvariant();
        return Keywords.Reserved.Contains(lower) ? Make(TokenKind.Keyword, lower == "rlike" ? "regexp" : lower)
            : Make(TokenKind.Identifier, Keywords.Soft.Contains(lower) ? lower : word);
    }

    private Token Number()
    {
        var start = _at;
        if (text[_at] == '0' && Peek(1) is 'x' or 'X')
        {
            _at += 2;
            SkipDigits(char.IsAsciiHexDigit);
            return EndOfNumber(TokenKind.HexNumber, start);
        }

        var kind = TokenKind.Integer;
        SkipDigits(char.IsAsciiDigit);
        if (Peek(0) == '.')
        {
            kind = TokenKind.Float;
            _at++;
            SkipDigits(char.IsAsciiDigit);
        }

        if (Peek(0) is 'e' or 'E')
        {
            kind = TokenKind.Float;
            _at += Peek(1) is '+' or '-' ? 2 : 1;
            SkipDigits(char.IsAsciiDigit);
        }

        return EndOfNumber(kind, start);
    }

    private Token EndOfNumber(TokenKind kind, int start) => Make(IsLetter(Peek(0)) ? TokenKind.Bad : kind, text[start.._at]);

    private Token PrefixedDigits(bool hex)
    {
        _at += 2;
        var start = _at;
        SkipDigits(hex ? char.IsAsciiHexDigit : c => c is '0' or '1');
        var digits = text[start.._at];
        if (Peek(0) != '\'' || (hex && digits.Length % 2 != 0))
        {
            return Make(TokenKind.Bad, digits);
        }

        _at++;
        return Make(hex ? TokenKind.HexString : TokenKind.BitString, digits);
    }

    private Token Quoted(char quote)
    {
        var value = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            var c = text[_at];
            if (c == '\\')
            {
                if (++_at >= text.Length)
                {
                    break;
                }

                value.Append(Unescape(text[_at]));
            }
            else if (c != quote)
            {
                value.Append(c);
            }
            else if (Peek(1) == quote)
            {
                value.Append(text[++_at]);
            }
            else
            {
                _at++;
                return Make(TokenKind.String, value.ToString());
            }
        }

        return Make(TokenKind.Bad, value.ToString());
    }

    private Token QuotedName()
    {
        var name = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] != '`')
            {
                name.Append(text[_at]);
            }
            else if (Peek(1) == '`')
            {
                name.Append(text[++_at]);
            }
            else
            {
                _at++;
                return Make(name.Length == 0 ? TokenKind.Bad : TokenKind.Identifier, name.ToString());
            }
        }

        return Make(TokenKind.Bad, name.ToString());
    }

    private Token Argument()
    {
        var start = _at;
        _at += Peek(1) == ':' ? 2 : 1;
        var named = IsLetter(Peek(0));
        while (named && (IsLetter(Peek(0)) || char.IsAsciiDigit(Peek(0)) || Peek(0) == '.'))
        {
            _at++;
        }

        return Make(named ? TokenKind.Argument : TokenKind.Bad, text[start.._at]);
    }

    private void SkipDigits(Func<char, bool> isDigit)
    {
        while (_at < text.Length && isDigit(text[_at]))
        {
            _at++;
        }
    }

    private static char Unescape(char c) => c switch
    {
        '0' => '\0',
        'b' => '\b',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'Z' => '\x1a',
        _ => c,
    };

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c is '_' or '@';

    private char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private Token Make(TokenKind kind, string value) => new(kind, value, Math.Min(_at, text.Length));
}
