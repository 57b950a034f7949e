using System.Text;
using Lakehouse.DuckDb;

namespace Orchestrator.Pipelines.Models;

/// <summary>A SQL text with the arithmetic of its places.</summary>
internal sealed class SqlText(string text)
{
    public string Text => text;

    /// <summary>Line and column, both from 1, of a character's offset.</summary>
    public (int Line, int Column) At(int offset) => SqlSyntaxException.Place(text, offset);

    /// <summary>Line and column of an offset as the engine counts: in bytes of UTF-8.</summary>
    public (int Line, int Column) AtByte(long offset)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return At(Encoding.UTF8.GetCharCount(bytes, 0, (int)Math.Clamp(offset, 0, bytes.Length)));
    }

    /// <summary>The named parameters (<c>$name</c>) with their offsets, outside strings, quoted names and comments; the parser does not tell where they stand.</summary>
    public IEnumerable<(string Name, int Offset)> Parameters()
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\'' or '"':
                    // A doubled quote reads as two texts side by side, which ends at the same place.
                    i = IndexOrEnd(text.IndexOf(text[i], i + 1));
                    break;
                case '-' when Is(i + 1, '-'):
                    i = IndexOrEnd(text.IndexOf('\n', i));
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
                        yield return (text.Substring(i + 1, length), i);
                        i += length;
                    }

                    break;
            }
        }
    }

    private bool Is(int index, char c) => index < text.Length && text[index] == c;

    private int IndexOrEnd(int index) => index < 0 ? text.Length : index;

    /// <summary>The last character of a comment; comments nest.</summary>
    private int EndOfComment(int from)
    {
        for (var depth = 1; from < text.Length; from++)
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
        var tag = text.Substring(from, tagLength + 2);
        var end = text.IndexOf(tag, from + tag.Length, StringComparison.Ordinal);
        return end < 0 ? text.Length : end + tag.Length - 1;
    }

    private int NameLength(int from)
    {
        var end = from;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return end - from;
    }
}
