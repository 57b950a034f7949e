namespace Temporal.DevServer.Visibility.Query;

/// <summary>Values: names, literals, lists, and the SQL expressions that the binder refuses.</summary>
internal sealed partial class QueryParser
{
    private Expr Value()
    {
        var value = Operand();
        while (IsArithmetic(_token))
        {
            Advance();
            Operand();
            value = new Expr.Foreign("*sqlparser.BinaryExpr");
        }

        return value;
    }

    private static bool IsArithmetic(Token token) =>
        (token.Kind == TokenKind.Symbol && token.Text is "+" or "-" or "*" or "/" or "%" or "^" or "&" or "|" or "<<" or ">>" or "->" or "->>") ||
        (token.Kind == TokenKind.Keyword && token.Text is "div" or "mod" or "collate");

    private Expr Operand()
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Symbol when token.Text == "(":
                return Parenthesised();
            case TokenKind.Symbol when token.Text is "-" or "+" or "!" or "~":
                return Unary(token.Text);
            case TokenKind.Keyword:
                return KeywordOperand(token.Text);
            case TokenKind.Identifier:
                return Name();
            case TokenKind.String or TokenKind.Integer or TokenKind.Float or TokenKind.HexNumber or TokenKind.HexString or TokenKind.BitString or TokenKind.Argument:
                Advance();
                return new Expr.Literal(token.Kind, token.Text);
            default:
                throw Unexpected();
        }
    }

    private Expr Unary(string symbol)
    {
        Enter();
        var operand = Operand();
        _nesting--;
        if (operand is Expr.Literal { Kind: TokenKind.Integer or TokenKind.Float } number && symbol is "-" or "+")
        {
            return symbol == "+" ? number
                : number with { Text = number.Text.StartsWith('-') ? number.Text[1..] : "-" + number.Text };
        }

        return new Expr.Foreign("*sqlparser.UnaryExpr");
    }

    private Expr KeywordOperand(string word)
    {
        switch (word)
        {
            case "true" or "false":
                Advance();
                return new Expr.Boolean(word == "true");
            case "null":
                Advance();
                return new Expr.Foreign("*sqlparser.NullVal");
            case "binary" or "_binary":
                return Unary(word);
        }

        if (!Keywords.Functions.Contains(word) || !_after.IsSymbol("("))
        {
            throw Unexpected();
        }

        Advance();
        SkipParenthesised();
        return new Expr.Function(word);
    }

    private Expr Name()
    {
        var name = _token.Text;
        Advance();
        while (AcceptSymbol("."))
        {
            if (_token.Kind is not (TokenKind.Identifier or TokenKind.Keyword))
            {
                throw Unexpected();
            }

            name += "." + _token.Text;
            Advance();
        }

        if (!_token.IsSymbol("("))
        {
            return new Expr.Column(name);
        }

        SkipParenthesised();
        return new Expr.Function(name);
    }

    private Expr Parenthesised()
    {
        if (Subquery() is { } subquery)
        {
            return subquery;
        }

        Enter();
        var items = Expressions();
        if (!AcceptSymbol(")"))
        {
            throw Unexpected();
        }

        _nesting--;
        return items is [var one] ? new Expr.Paren(one) : new Expr.Tuple(items);
    }

    private Expr? Subquery()
    {
        if (!_token.IsSymbol("(") || !_after.IsKeyword("select"))
        {
            return null;
        }

        SkipParenthesised();
        return new Expr.Foreign("*sqlparser.Subquery");
    }

    /// <summary>No argument of a function and no part of a subquery is ever used: only its end matters.</summary>
    private void SkipParenthesised()
    {
        var depth = 0;
        do
        {
            depth += _token.IsSymbol("(") ? 1 : _token.IsSymbol(")") ? -1 : 0;
            if (_token.Kind is TokenKind.End or TokenKind.Bad)
            {
                throw Unexpected();
            }

            Advance();
        }
        while (depth > 0);
    }
}
