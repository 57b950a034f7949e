namespace Lakehouse.Tables;

/// <summary>Splits SQL into words, quoted names, strings and single signs; comments and white space are passed over.</summary>
internal sealed class SqlTokens(string sql, int start)
{
    private int _at = start;

    /// <summary>Next token; null at the end.</summary>
    public SqlToken? Next()
    {
        SkipBlank();
        if (_at >= sql.Length)
        {
            return null;
        }

        var from = _at;
        var sign = sql[_at];
        if (sign is '"' or '\'')
        {
            SkipQuoted(sign);
            return new SqlToken(from, _at, sql[from.._at], IsWord: sign == '"');
        }

        if (IsWordSign(sign))
        {
            while (_at < sql.Length && IsWordSign(sql[_at]))
            {
                _at++;
            }

            return new SqlToken(from, _at, sql[from.._at], IsWord: true);
        }

        _at++;
        return new SqlToken(from, _at, sign.ToString(), IsWord: false);
    }

    private static bool IsWordSign(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private void SkipQuoted(char quote)
    {
        _at++;
        while (_at < sql.Length)
        {
            if (sql[_at++] == quote)
            {
                if (_at < sql.Length && sql[_at] == quote)
                {
                    _at++;
                    continue;
                }

                return;
            }
        }
    }

    private void SkipBlank()
    {
        while (_at < sql.Length)
        {
            if (char.IsWhiteSpace(sql[_at]))
            {
                _at++;
            }
            else if (sql.AsSpan(_at).StartsWith("--"))
            {
                var end = sql.IndexOf('\n', _at);
                _at = end < 0 ? sql.Length : end + 1;
            }
            else if (sql.AsSpan(_at).StartsWith("/*"))
            {
                var end = sql.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? sql.Length : end + 2;
            }
            else
            {
                return;
            }
        }
    }
}

/// <summary>One token.</summary>
internal sealed record SqlToken(int Start, int End, string Text, bool IsWord);
