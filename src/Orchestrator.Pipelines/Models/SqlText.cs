using System.Text;

namespace Orchestrator.Pipelines.Models;

/// <summary>A SQL text with the arithmetic of its places: the engine counts bytes, people count lines and columns.</summary>
internal sealed class SqlText(string text)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    public string Text => text;

    /// <summary>Line and column, both from 1, of a byte offset; the end of the text for offsets beyond it.</summary>
    public (int Line, int Column) At(long byteOffset)
    {
        var before = Encoding.UTF8.GetString(_bytes, 0, (int)Math.Clamp(byteOffset, 0, _bytes.Length));
        var lineStart = before.LastIndexOf('\n') + 1;
        return (before.Count(c => c == '\n') + 1, before.Length - lineStart + 1);
    }

    /// <summary>Byte offsets of the named parameters (<c>$name</c>), outside strings, quoted names and comments.</summary>
    public IEnumerable<(string Name, int Offset)> Parameters()
    {
        for (var i = 0; i < _bytes.Length; i++)
        {
            switch ((char)_bytes[i])
            {
                case '\'' or '"':
                    i = Find(i + 1, (char)_bytes[i]);
                    break;
                case '-' when Is(i + 1, '-'):
                    i = Find(i, '\n');
                    break;
                case '/' when Is(i + 1, '*'):
                    i = EndOfComment(i + 2);
                    break;
                case '$':
                    var length = NameLength(i + 1);
                    if (Is(i + 1 + length, '$'))
                    {
                        i = EndOfDollarText(i, length);
                    }
                    else if (length > 0)
                    {
                        yield return (Encoding.UTF8.GetString(_bytes, i + 1, length), i);
                        i += length;
                    }

                    break;
            }
        }
    }

    private bool Is(int index, char c) => index < _bytes.Length && _bytes[index] == c;

    /// <summary>The next such character. A doubled quote reads as two texts side by side, which ends at the same place.</summary>
    private int Find(int from, char c)
    {
        while (from < _bytes.Length && _bytes[from] != c)
        {
            from++;
        }

        return from;
    }

    /// <summary>The last character of a comment; comments nest.</summary>
    private int EndOfComment(int from)
    {
        for (var depth = 1; from < _bytes.Length; from++)
        {
            if (Is(from, '/') && Is(from + 1, '*'))
            {
                depth++;
                from++;
            }
            else if (Is(from, '*') && Is(from + 1, '/') && --depth == 0)
            {
                return from + 1;
            }
        }

        return from;
    }

    /// <summary>The last character of a text in dollar quotes (<c>$tag$…$tag$</c>).</summary>
    private int EndOfDollarText(int from, int tagLength)
    {
        var tag = _bytes.AsSpan(from, tagLength + 2);
        var end = _bytes.AsSpan(from + tag.Length).IndexOf(tag);
        return end < 0 ? _bytes.Length : from + tag.Length + end + tag.Length - 1;
    }

    private int NameLength(int from)
    {
        var end = from;
        while (end < _bytes.Length && (char.IsAsciiLetterOrDigit((char)_bytes[end]) || _bytes[end] == '_'))
        {
            end++;
        }

        return end - from;
    }
}
