namespace Lakehouse.Tables.Operations;

/// <summary>Splits a condition at the ANDs of its top level.</summary>
internal static class SqlConjuncts
{
    /// <summary>The parts; the whole as one where it has an OR at the top level.</summary>
    public static IReadOnlyList<string> Split(string condition)
    {
        var parts = new List<string>();
        var tokens = new SqlTokens(condition, 0);
        var (start, depth, cases, between) = (0, 0, 0, 0);
        while (tokens.Next() is { } token)
        {
            switch (token.Text.ToUpperInvariant())
            {
                case "(" or "[" or "{":
                    depth++;
                    break;
                case ")" or "]" or "}":
                    depth--;
                    break;
                case "CASE" when depth == 0:
                    cases++;
                    break;
                case "END" when depth == 0 && cases > 0:
                    cases--;
                    break;
                case "BETWEEN" when depth == 0 && cases == 0:
                    between++;
                    break;
                case "OR" when depth == 0 && cases == 0:
                    return [condition];
                case "AND" when depth == 0 && cases == 0 && between > 0:
                    between--;
                    break;
                case "AND" when depth == 0 && cases == 0:
                    parts.Add(condition[start..token.Start]);
                    start = token.End;
                    break;
            }
        }

        parts.Add(condition[start..]);
        return parts;
    }
}
