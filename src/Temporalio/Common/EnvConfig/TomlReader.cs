using System.Globalization;
using System.Text.RegularExpressions;

namespace Temporalio.Common.EnvConfig;

/// <summary>Reads TOML 1.0; dates and times are recognised but not interpreted.</summary>
internal sealed partial class TomlReader
{
    private readonly TomlText _text;

    private TomlReader(string text) => _text = new(text);

    /// <summary>Reads a whole text.</summary>
    /// <exception cref="FormatException">It is not TOML; the message names line and column.</exception>
    internal static TomlTable Read(string text) => new TomlReader(text.StartsWith('\uFEFF') ? text[1..] : text).Document();

    private TomlTable Document()
    {
        var root = new TomlTable();
        var current = root;
        for (_text.SkipLines(); !_text.AtEnd; _text.SkipLines())
        {
            if (_text.Current == '[')
            {
                current = Header(root);
            }
            else
            {
                Entry(current);
            }

            _text.EndLine();
        }

        return root;
    }

    private TomlTable Header(TomlTable root)
    {
        var at = _text.Place;
        _text.Next();
        var isArray = _text.Take('[');
        var path = Path();
        if (!(isArray ? _text.Take("]]") : _text.Take(']')))
        {
            throw _text.Place.Error(isArray ? "unclosed table, expected `]]`" : "unclosed table, expected `]`");
        }

        var parent = root;
        foreach (var (key, place) in path.SkipLast(1))
        {
            parent = parent.Open(key, place);
        }

        var (name, namePlace) = path[^1];
        if (isArray)
        {
            return Append(parent, name, namePlace);
        }

        if (parent.Find(name)?.Content is List<TomlValue>)
        {
            throw namePlace.Error($"key `{name}` was already defined as an array");
        }

        var table = parent.Open(name, namePlace);
        if (table.IsDeclared)
        {
            throw at.Error($"duplicate table `{name}`");
        }

        table.IsDeclared = true;
        return table;
    }

    private static TomlTable Append(TomlTable parent, string name, TomlPlace place)
    {
        var table = new TomlTable { IsDeclared = true };
        var element = new TomlValue(table, place, place);
        switch (parent.Find(name)?.Content)
        {
            case null:
                parent.Add(name, new(new List<TomlValue> { element }, place, place));
                break;
            case List<TomlValue> { Count: > 0 } list when list[^1].Content is TomlTable { IsDeclared: true }:
                list.Add(element);
                break;
            default:
                throw place.Error($"key `{name}` was already defined and is no array of tables");
        }

        return table;
    }

    private void Entry(TomlTable table)
    {
        var path = Path();
        if (!_text.Take('='))
        {
            throw _text.Place.Error("expected `=`");
        }

        _text.SkipBlanks();
        foreach (var (part, place) in path.SkipLast(1))
        {
            table = table.Open(part, place);
            if (table.IsDeclared)
            {
                throw place.Error($"table `{part}` was already defined by a header");
            }
        }

        var (key, keyPlace) = path[^1];
        table.Add(key, Value(keyPlace));
    }

    private List<(string Key, TomlPlace Place)> Path()
    {
        var path = new List<(string, TomlPlace)>();
        do
        {
            _text.SkipBlanks();
            var at = _text.Place;
            var key = _text.Current is '"' or '\'' ? _text.String(allowLines: false) : _text.Word(TomlText.IsBare);
            if (key.Length == 0 && at == _text.Place)
            {
                throw at.Error("expected a key");
            }

            path.Add((key, at));
            _text.SkipBlanks();
        }
        while (_text.Take('.'));
        return path;
    }

    private TomlValue Value(TomlPlace key)
    {
        var at = _text.Place;
        object content = _text.Current switch
        {
            '"' or '\'' => _text.String(allowLines: true),
            '[' => Array(),
            '{' => InlineTable(),
            _ => Scalar(at),
        };
        return new(content, key, at);
    }

    private List<TomlValue> Array()
    {
        var items = new List<TomlValue>();
        _text.Next();
        for (_text.SkipLines(); !_text.Take(']'); _text.SkipLines())
        {
            items.Add(Value(_text.Place));
            _text.SkipLines();
            if (!_text.Take(',') && _text.Current != ']')
            {
                throw _text.Place.Error("unclosed array, expected `,` or `]`");
            }
        }

        return items;
    }

    private TomlTable InlineTable()
    {
        var table = new TomlTable();
        _text.Next();
        _text.SkipBlanks();
        if (!_text.Take('}'))
        {
            do
            {
                Entry(table);
                _text.SkipBlanks();
            }
            while (_text.Take(','));
            if (!_text.Take('}'))
            {
                throw _text.Place.Error("unclosed inline table, expected `,` or `}`");
            }
        }

        table.IsClosed = true;
        return table;
    }

    private object Scalar(TomlPlace at)
    {
        var word = _text.Word(c => TomlText.IsBare(c) || c is '+' or '.' or ':');
        if (Date().IsMatch(word))
        {
            // Date and time may be parted by one blank.
            if (word.Length == 10 && _text.Current == ' ')
            {
                _text.SkipBlanks();
                word += " " + _text.Word(c => TomlText.IsBare(c) || c is '+' or '.' or ':');
            }

            return new TomlOther(word);
        }

        return word switch
        {
            "true" => true,
            "false" => false,
            "inf" or "+inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" or "+nan" or "-nan" => double.NaN,
            _ when Integer().IsMatch(word) => ReadInteger(word, at),
            _ when Float().IsMatch(word) => double.Parse(Plain(word), CultureInfo.InvariantCulture),
            "" => throw at.Error("expected a value"),
            _ => throw at.Error("a value is neither a quoted string, a number, a boolean, an array nor a table"),
        };
    }

    private static long ReadInteger(string word, TomlPlace at)
    {
        var digits = Plain(word);
        try
        {
            return digits.Length < 2 ? long.Parse(digits, CultureInfo.InvariantCulture) : digits[..2] switch
            {
                "0x" => Convert.ToInt64(digits[2..], 16),
                "0o" => Convert.ToInt64(digits[2..], 8),
                "0b" => Convert.ToInt64(digits[2..], 2),
                _ => long.Parse(digits, CultureInfo.InvariantCulture),
            };
        }
        catch (OverflowException)
        {
            throw at.Error("an integer does not fit 64 bits");
        }
    }

    private static string Plain(string word) => word.Replace("_", string.Empty, StringComparison.Ordinal);

    [GeneratedRegex(@"^([+-]?(0|[1-9](_?[0-9])*)|0x[0-9a-fA-F](_?[0-9a-fA-F])*|0o[0-7](_?[0-7])*|0b[01](_?[01])*)$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?$")]
    private static partial Regex Float();

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d.*|\d\d:\d\d.*)$")]
    private static partial Regex Date();
}
