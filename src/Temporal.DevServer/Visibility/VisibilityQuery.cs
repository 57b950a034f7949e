using Temporal.DevServer.Frontend;

namespace Temporal.DevServer.Visibility;

/// <summary>
/// A parsed list query. Grammar: comparisons with = != &gt; &gt;= &lt; &lt;= IN NOT IN BETWEEN STARTS_WITH IS [NOT] NULL, joined by AND, OR, NOT and
/// parentheses; counts may end in GROUP BY.
/// </summary>
internal sealed class VisibilityQuery
{
    private readonly List<QueryToken> _tokens;
    private readonly SqlConditionBuilder _sql;
    private int _at;

    private VisibilityQuery(string text, SearchAttributeTypes types)
    {
        _tokens = QueryLexer.Read(text);
        _sql = new SqlConditionBuilder(types);
    }

    /// <summary>The condition; <paramref name="groupBy"/> is the field to group counts by, or empty.</summary>
    /// <exception cref="ServiceException">The text is no query over the known attributes.</exception>
    public static VisibilityCondition Parse(string text, SearchAttributeTypes types, out string groupBy)
    {
        var query = new VisibilityQuery(text, types);
        var sql = query.Current.Kind == QueryTokenKind.End || query.Current.Is("GROUP") || query.Current.Is("ORDER") ? "1" : query.Or();
        groupBy = query.Tail();
        if (!query._sql.MentionsDivision)
        {
            sql = $"({sql}) AND {SqlConditionBuilder.NoDivision}";
        }

        return new VisibilityCondition(sql, query._sql.Parameters);
    }

    private QueryToken Current => _tokens[_at];

    private QueryToken Take() => _tokens[_at++];

    private bool Accept(string word)
    {
        if (!Current.Is(word))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string word)
    {
        if (!Accept(word))
        {
            throw Unexpected();
        }
    }

    private ServiceException Unexpected()
    {
        var token = Current;
        return QueryLexer.Malformed(token.Position + token.Text.Length + 1, token.Kind == QueryTokenKind.End ? "" : token.Text);
    }

    private string Tail()
    {
        var groupBy = "";
        if (Accept("GROUP"))
        {
            Expect("BY");
            groupBy = Take().Text;
            if (Current.Is(","))
            {
                throw ServiceErrors.InvalidArgument("invalid query: operation is not supported: 'GROUP BY' clause supports only a single field");
            }
        }

        if (Accept("ORDER"))
        {
            throw ServiceErrors.InvalidArgument("invalid query: operation is not supported: 'ORDER BY' clause");
        }

        if (Accept("LIMIT"))
        {
            throw ServiceErrors.InvalidArgument("invalid query: operation is not supported: 'LIMIT' clause");
        }

        return Current.Kind == QueryTokenKind.End ? groupBy : throw Unexpected();
    }

    private string Or()
    {
        var left = And();
        while (Accept("OR"))
        {
            left = $"({left} OR {And()})";
        }

        return left;
    }

    private string And()
    {
        var left = Not();
        while (Accept("AND"))
        {
            left = $"({left} AND {Not()})";
        }

        return left;
    }

    private string Not() => Accept("NOT") ? $"NOT ({Not()})" : Primary();

    private string Primary()
    {
        if (Accept("("))
        {
            var inner = Or();
            Expect(")");
            return $"({inner})";
        }

        if (Current.Kind != QueryTokenKind.Word)
        {
            throw Unexpected();
        }

        var field = Take().Text;
        if (Current.Kind == QueryTokenKind.End || Current.Is("AND") || Current.Is("OR") || Current.Is(")"))
        {
            throw ServiceErrors.InvalidArgument("invalid query: invalid expression: incomplete expression");
        }

        return Comparison(field);
    }

    private string Comparison(string field)
    {
        if (Accept("IS"))
        {
            var not = Accept("NOT");
            Expect("NULL");
            return _sql.IsNull(field, not);
        }

        var negated = Accept("NOT");
        if (Accept("IN"))
        {
            return _sql.In(field, negated, List());
        }

        if (Accept("BETWEEN"))
        {
            var low = Value();
            Expect("AND");
            return _sql.Between(field, negated, low, Value());
        }

        if (Accept("STARTS_WITH"))
        {
            return _sql.StartsWith(field, negated, Value());
        }

        if (negated)
        {
            throw Unexpected();
        }

        var symbol = Current;
        if (symbol.Kind == QueryTokenKind.Symbol && symbol.Text is "=" or "!=" or "<>" or "<" or "<=" or ">" or ">=")
        {
            _at++;
            return _sql.Compare(field, symbol.Text == "<>" ? "!=" : symbol.Text, Value());
        }

        throw Current.Is("LIKE")
            ? _sql.Unsupported("LIKE", field)
            : Unexpected();
    }

    private List<QueryToken> List()
    {
        Expect("(");
        var values = new List<QueryToken> { Value() };
        while (Accept(","))
        {
            values.Add(Value());
        }

        Expect(")");
        return values;
    }

    private QueryToken Value()
    {
        var token = Current;
        if (token.Kind is QueryTokenKind.Text or QueryTokenKind.Number || token.Is("true") || token.Is("false"))
        {
            return Take();
        }

        throw token.Kind == QueryTokenKind.Word
            ? ServiceErrors.InvalidArgument(
                $"invalid query: operation is not supported: column name on the right side of comparison expression (did you forget to quote \"{token.Text}\"?)")
            : Unexpected();
    }
}
