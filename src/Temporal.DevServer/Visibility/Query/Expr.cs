namespace Temporal.DevServer.Visibility.Query;

/// <summary>A node of a parsed query, before names and values are looked at.</summary>
internal abstract record Expr
{
    /// <summary>What the real server calls the node in its errors.</summary>
    public abstract string GoType { get; }

    /// <summary>A name, dots included.</summary>
    public sealed record Column(string Name) : Expr
    {
        public override string GoType => "*sqlparser.ColName";
    }

    /// <summary>A quoted text or a number; <see cref="Text"/> is the unescaped text, or the digits as they were written.</summary>
    public sealed record Literal(TokenKind Kind, string Text) : Expr
    {
        public override string GoType => "*sqlparser.SQLVal";
    }

    /// <summary>TRUE or FALSE.</summary>
    public sealed record Boolean(bool Value) : Expr
    {
        public override string GoType => "sqlparser.BoolVal";
    }

    /// <summary>A list in parentheses, of one item only on the right of IN.</summary>
    public sealed record Tuple(IReadOnlyList<Expr> Items) : Expr
    {
        public override string GoType => "sqlparser.ValTuple";
    }

    /// <summary>One expression in parentheses.</summary>
    public sealed record Paren(Expr Inner) : Expr
    {
        public override string GoType => "*sqlparser.ParenExpr";
    }

    /// <summary>NOT.</summary>
    public sealed record Not(Expr Inner) : Expr
    {
        public override string GoType => "*sqlparser.NotExpr";
    }

    /// <summary>Two or more expressions joined by AND.</summary>
    public sealed record And(IReadOnlyList<Expr> Items) : Expr
    {
        public override string GoType => "*sqlparser.AndExpr";
    }

    /// <summary>Two or more expressions joined by OR.</summary>
    public sealed record Or(IReadOnlyList<Expr> Items) : Expr
    {
        public override string GoType => "*sqlparser.OrExpr";
    }

    /// <summary>Two values and an operator, in lower case: a comparison, IN, LIKE, REGEXP or STARTS_WITH, and each of the words with "not " before it.</summary>
    public sealed record Compare(string Operator, Expr Left, Expr Right) : Expr
    {
        public override string GoType => "*sqlparser.ComparisonExpr";
    }

    /// <summary>BETWEEN.</summary>
    public sealed record Range(bool Negated, Expr Left, Expr From, Expr To) : Expr
    {
        public override string GoType => "*sqlparser.RangeCond";
    }

    /// <summary>IS [NOT] NULL, TRUE or FALSE; <see cref="What"/> is the last word in lower case.</summary>
    public sealed record Is(bool Negated, Expr Inner, string What) : Expr
    {
        public override string GoType => "*sqlparser.IsExpr";
    }

    /// <summary>A function call.</summary>
    public sealed record Function(string Name) : Expr
    {
        public override string GoType => Name == "group_concat" ? "*sqlparser.GroupConcatExpr" : "*sqlparser.FuncExpr";
    }

    /// <summary>Valid SQL that no query may contain: arithmetic, subqueries, CASE, NULL as a value.</summary>
    public sealed record Foreign(string Name) : Expr
    {
        public override string GoType => Name;
    }
}
