using System.Text;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// Reads a query by recursive descent. Grammar: <c>[or] [GROUP BY value,..] [HAVING or] [ORDER BY value [ASC|DESC],..] [LIMIT ..] [;]</c>.
/// It takes all SQL expressions so that the binder can say what is wrong with them.
/// </summary>
internal sealed partial class QueryParser
{
    /// <summary>Depth of parentheses and prefix operators at which the real server gives up.</summary>
    private const int DeepestNesting = 200;

    /// <summary>What the real server puts before a query and counts in positions.</summary>
    private const string Prefix = "select * from table1 ";
    private readonly string _text;
    private readonly Tokenizer _tokenizer;
    private Token _token;
    private Token _after;
    private int _nesting;

    private QueryParser(string text)
    {
        _text = text;
        _tokenizer = new Tokenizer(text);
        _token = _tokenizer.Next();
        _after = _tokenizer.Next();
    }

    /// <summary>The query's clauses.</summary>
    /// <exception cref="VisibilityQueryException">The text is not well formed.</exception>
    public static ParsedQuery Parse(string text)
    {
        var query = text.Trim();
        var clausesOnly = query.Length == 0 || query.StartsWith("order by", StringComparison.OrdinalIgnoreCase) ||
            query.StartsWith("group by", StringComparison.OrdinalIgnoreCase);
        return new QueryParser(clausesOnly ? query : "where " + query).Statement();
    }

    private ParsedQuery Statement()
    {
        var where = AcceptKeyword("where") ? Or() : null;
        IReadOnlyList<Expr> groupBy = [];
        IReadOnlyList<Expr> orderBy = [];
        if (AcceptKeyword("group"))
        {
            ExpectKeyword("by");
            groupBy = Expressions();
        }

        if (AcceptKeyword("having"))
        {
            Or();
        }

        if (AcceptKeyword("order"))
        {
            ExpectKeyword("by");
            orderBy = OrderList();
        }

        var hasLimit = AcceptKeyword("limit");
        if (hasLimit)
        {
            Or();
            if (AcceptSymbol(",") || (_token is { Kind: TokenKind.Identifier, Text: "offset" } && Advance()))
            {
                Or();
            }
        }

        AcceptSymbol(";");
        return _token.Kind == TokenKind.End ? new(where, groupBy, orderBy, hasLimit) : throw Unexpected();
    }

    private List<Expr> OrderList()
    {
        var items = new List<Expr>();
        do
        {
            items.Add(Or());
            if (!AcceptKeyword("asc"))
            {
                AcceptKeyword("desc");
            }
        }
        while (AcceptSymbol(","));
        return items;
    }

    private List<Expr> Expressions()
    {
        var items = new List<Expr> { Or() };
        while (AcceptSymbol(","))
        {
            items.Add(Or());
        }

        return items;
    }

    private Expr Or() => Joined("or", And, items => new Expr.Or(items));

    private Expr And() => Joined("and", Not, items => new Expr.And(items));

    private Expr Joined(string keyword, Func<Expr> operand, Func<List<Expr>, Expr> join)
    {
        var first = operand();
        if (!_token.IsKeyword(keyword))
        {
            return first;
        }

        var items = new List<Expr> { first };
        while (AcceptKeyword(keyword))
        {
            items.Add(operand());
        }

        return join(items);
    }

    private Expr Not()
    {
        if (!_token.IsKeyword("not"))
        {
            return Test();
        }

        Enter();
        var inner = Not();
        _nesting--;
        return new Expr.Not(inner);
    }

    private Expr Test()
    {
        var test = Condition();
        while (AcceptKeyword("is"))
        {
            var negated = AcceptKeyword("not");
            if (!_token.IsKeyword("null") && !_token.IsKeyword("true") && !_token.IsKeyword("false"))
            {
                throw Unexpected();
            }

            test = new Expr.Is(negated, test, _token.Text);
            Advance();
        }

        return test;
    }

    private Expr Condition()
    {
        if (AcceptKeyword("exists"))
        {
            return Subquery() is null ? throw Unexpected() : new Expr.Foreign("*sqlparser.ExistsExpr");
        }

        if (AcceptKeyword("default"))
        {
            return new Expr.Foreign("*sqlparser.Default");
        }

        var left = Value();
        if (_token.Kind == TokenKind.Symbol && _token.Text is "=" or "<" or ">" or "<=" or ">=" or "!=" or "<>" or "<=>")
        {
            var symbol = _token.Text == "<>" ? "!=" : _token.Text;
            Advance();
            return new Expr.Compare(symbol, left, Value());
        }

        var negated = _token.IsKeyword("not") && IsTestWord(_after) && Advance();
        if (!IsTestWord(_token))
        {
            return left;
        }

        var word = _token.Text;
        Advance();
        var name = negated ? "not " + word : word;
        switch (word)
        {
            case "in":
                return new Expr.Compare(name, left, InList());
            case "between":
                var from = Value();
                ExpectKeyword("and");
                return new Expr.Range(negated, left, from, Value());
            default:
                var test = new Expr.Compare(name, left, Value());
                if (word == "like" && AcceptKeyword("escape"))
                {
                    Value();
                }

                return test;
        }
    }

    private Expr InList()
    {
        if (_token.Kind == TokenKind.Argument && _token.Text.StartsWith("::", StringComparison.Ordinal))
        {
            Advance();
            return new Expr.Foreign("sqlparser.ListArg");
        }

        if (!_token.IsSymbol("("))
        {
            throw Unexpected();
        }

        return Parenthesised() switch
        {
            Expr.Paren one => new Expr.Tuple([one.Inner]),
            var list => list,
        };
    }

    private static bool IsTestWord(Token token) => token.Kind == TokenKind.Keyword && token.Text is "in" or "between" or "like" or "regexp" or "starts_with";

    private bool AcceptKeyword(string word) => _token.IsKeyword(word) && Advance();

    private bool AcceptSymbol(string symbol) => _token.IsSymbol(symbol) && Advance();

    private void ExpectKeyword(string word)
    {
        if (!AcceptKeyword(word))
        {
            throw Unexpected();
        }
    }

    private bool Advance()
    {
        _token = _after;
        _after = _after.Kind is TokenKind.End or TokenKind.Bad ? _after : _tokenizer.Next();
        return true;
    }

    /// <summary>Takes a token that opens a level; whoever reads past its end closes it again.</summary>
    private void Enter()
    {
        if (++_nesting == DeepestNesting)
        {
            throw VisibilityQueryException.Malformed($"max nesting level reached at position {Position(_token.End)}");
        }

        Advance();
    }

    private VisibilityQueryException Unexpected()
    {
        var near = _token.Kind is TokenKind.Symbol or TokenKind.End || _token.Text.Length == 0 ? "" : $" near '{_token.Text}'";
        return VisibilityQueryException.Malformed($"syntax error at position {Position(_token.End)}{near}");
    }

    private int Position(int end) => Prefix.Length + Encoding.UTF8.GetByteCount(_text.AsSpan(0, end)) + 1;
}
