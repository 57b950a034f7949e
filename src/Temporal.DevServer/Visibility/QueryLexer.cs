using System.Text;
using Temporal.DevServer.Frontend;

namespace Temporal.DevServer.Visibility;

/// <summary>Cuts a list query into tokens.</summary>
internal static class QueryLexer
{
    private static readonly string[] Symbols = ["<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/"];

    public static List<QueryToken> Read(string text)
    {
        var tokens = new List<QueryToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at >= text.Length)
            {
                tokens.Add(new(QueryTokenKind.End, "", at));
                return tokens;
            }

            tokens.Add(Next(text, ref at));
        }
    }

    private static QueryToken Next(string text, ref int at)
    {
        var start = at;
        var c = text[at];
        if (c is '\'' or '"')
        {
            return new(QueryTokenKind.Text, Quoted(text, ref at, c), start);
        }

        if (c == '`')
        {
            return new(QueryTokenKind.Word, Quoted(text, ref at, c), start, Quoted: true);
        }

        if (char.IsLetter(c) || c == '_')
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.'))
            {
                at++;
            }

            return new(QueryTokenKind.Word, text[start..at], start);
        }

        if (char.IsDigit(c) || (c is '-' or '.' && at + 1 < text.Length && char.IsDigit(text[at + 1])))
        {
            at++;
            while (at < text.Length && (char.IsDigit(text[at]) || text[at] is '.' or 'e' or 'E' || (text[at] is '-' or '+' && text[at - 1] is 'e' or 'E')))
            {
                at++;
            }

            return new(QueryTokenKind.Number, text[start..at], start);
        }

        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(at).StartsWith(symbol))
            {
                at += symbol.Length;
                return new(QueryTokenKind.Symbol, symbol, start);
            }
        }

        throw Malformed(at + 1, text[at..]);
    }

    private static string Quoted(string text, ref int at, char quote)
    {
        var value = new StringBuilder();
        var start = at++;
        while (at < text.Length)
        {
            if (text[at] == '\\' && at + 1 < text.Length && quote != '`')
            {
                value.Append(text[at + 1] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', var other => other });
                at += 2;
            }
            else if (text[at] == quote && at + 1 < text.Length && text[at + 1] == quote)
            {
                value.Append(quote);
                at += 2;
            }
            else if (text[at] == quote)
            {
                at++;
                return value.ToString();
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        throw Malformed(text.Length + 1, text[start..]);
    }

    /// <summary>The error for text that cannot be parsed; the position counts from 1.</summary>
    public static ServiceException Malformed(int position, string near) => ServiceErrors.InvalidArgument(
        $"invalid query: malformed SQL query: syntax error at position {position}{(near.Length > 0 ? $" near '{near}'" : "")}");
}
