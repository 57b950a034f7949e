using System.Globalization;

namespace Lakehouse.Quality.Patterns;

/// <summary>Reads the regular expressions that a table of states can say: ASCII, without look-around, back-references, flags and anchors inside.</summary>
internal sealed class PatternParser
{
    private const int MostRepetitions = 256;

    private readonly string _text;
    private int _at;
    private bool _fails;

    private PatternParser(string text) => _text = text;

    /// <summary>The expression, and whether it is bound to the text's ends; null when it has anything else in it.</summary>
    public static (PatternNode Root, bool FromStart, bool ToEnd)? Parse(string expression)
    {
        if (!expression.All(char.IsAscii))
        {
            return null;
        }

        var fromStart = expression.StartsWith('^');
        var toEnd = expression.EndsWith('$') && !expression.EndsWith("\\$", StringComparison.Ordinal);
        var parser = new PatternParser(expression[(fromStart ? 1 : 0)..^(toEnd ? 1 : 0)]);
        var root = parser.Choice();

        // An anchor binds one option only.
        return parser._fails || parser._at < parser._text.Length || (root is PatternNode.Choice { Options.Count: > 1 } && (fromStart || toEnd))
            ? null
            : (root, fromStart, toEnd);
    }

    private PatternNode Choice()
    {
        var options = new List<PatternNode> { Sequence() };
        while (!_fails && Take('|'))
        {
            options.Add(Sequence());
        }

        return options.Count == 1 ? options[0] : new PatternNode.Choice(options);
    }

    private PatternNode Sequence()
    {
        var parts = new List<PatternNode>();
        while (!_fails && _at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            parts.Add(Repeated(Atom()));
        }

        return new PatternNode.Sequence(parts);
    }

    private PatternNode Repeated(PatternNode part)
    {
        if (_fails || _at >= _text.Length)
        {
            return part;
        }

        var (least, most, seen) = (0, (int?)null, true);
        switch (_text[_at])
        {
            case '*': _at++; break;
            case '+': _at++; least = 1; break;
            case '?': _at++; most = 1; break;
            case '{': (least, most) = Counts(); break;
            default: seen = false; break;
        }

        if (!seen)
        {
            return part;
        }

        // Whether as many or as few as possible makes no difference to whether there is a match; two repetitions of one part do.
        Take('?');
        if (_at < _text.Length && _text[_at] is '*' or '+' or '?' or '{')
        {
            _fails = true;
        }

        return new PatternNode.Repeat(part, least, most);
    }

    private (int Least, int? Most) Counts()
    {
        var close = _text.IndexOf('}', _at);
        var counts = close < 0 ? [] : _text[(_at + 1)..close].Split(',');
        _at = close + 1;
        if (counts.Length is 1 or 2 && Number(counts[0]) is { } least && (counts.Length == 1 || counts[1].Length == 0 || Number(counts[1]) >= least))
        {
            return (least, counts.Length == 1 ? least : counts[1].Length == 0 ? null : Number(counts[1]));
        }

        _fails = true;
        return (0, 0);
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostRepetitions ? number : null;

    private PatternNode Atom()
    {
        var c = _text[_at++];
        switch (c)
        {
            case '(':
                return Group();
            case '[':
                return Class();
            case '\\':
                return Escape() ?? Fail();
            case '.':
                return Set(i => i != '\n', others: true);
            case '^' or '$' or '*' or '+' or '?' or '{' or '}' or ']':
                return Fail();
            default:
                return Set(i => i == c, others: false);
        }
    }

    private PatternNode Group()
    {
        if (Take('?') && !Take(':'))
        {
            return Fail();
        }

        var inner = Choice();
        return Take(')') ? inner : Fail();
    }

    private PatternNode Class()
    {
        var negated = Take('^');
        var members = new bool[128];
        var others = false;
        var first = true;
        while (_at < _text.Length && (first || _text[_at] != ']'))
        {
            first = false;
            var c = _text[_at++];
            if (c == '[')
            {
                return Fail();
            }

            if (c == '\\')
            {
                if (_at >= _text.Length || Escape() is not { } escaped)
                {
                    return Fail();
                }

                if (escaped.Ascii.Count(a => a) != 1 || escaped.Others)
                {
                    if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
                    {
                        return Fail();
                    }

                    others |= escaped.Others;
                    Merge(members, escaped.Ascii);
                    continue;
                }

                c = (char)Array.IndexOf(escaped.Ascii, true);
            }

            var last = c;
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                last = _text[_at + 1];
                _at += 2;
                if (last is '\\' or '[' || last < c)
                {
                    return Fail();
                }
            }

            for (var i = c; i <= last; i++)
            {
                members[i] = true;
            }
        }

        return Take(']') ? Set(i => members[i] != negated, others != negated) : Fail();
    }

    private static void Merge(bool[] into, bool[] from)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] |= from[i];
        }
    }

    /// <summary>What follows a backslash; null for what is not known here.</summary>
    private PatternNode.Characters? Escape()
    {
        if (_at >= _text.Length)
        {
            return null;
        }

        var c = _text[_at++];
        return c switch
        {
            'd' => Set(i => char.IsAsciiDigit((char)i), false),
            'D' => Set(i => !char.IsAsciiDigit((char)i), true),
            'w' => Set(i => char.IsAsciiLetterOrDigit((char)i) || i == '_', false),
            'W' => Set(i => !(char.IsAsciiLetterOrDigit((char)i) || i == '_'), true),
            's' => Set(i => i is '\t' or '\n' or '\f' or '\r' or ' ', false),
            'S' => Set(i => i is not ('\t' or '\n' or '\f' or '\r' or ' '), true),
            't' => Set(i => i == '\t', false),
            'n' => Set(i => i == '\n', false),
            'r' => Set(i => i == '\r', false),
            _ when char.IsAsciiLetterOrDigit(c) => null,
            _ => Set(i => i == c, false),
        };
    }

    private static PatternNode.Characters Set(Func<int, bool> ascii, bool others) => new([.. Enumerable.Range(0, 128).Select(ascii)], others);

    private PatternNode Fail()
    {
        _fails = true;
        return Set(_ => false, false);
    }

    private bool Take(char c)
    {
        if (_at < _text.Length && _text[_at] == c)
        {
            _at++;
            return true;
        }

        return false;
    }
}
