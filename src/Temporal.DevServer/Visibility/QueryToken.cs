namespace Temporal.DevServer.Visibility;

/// <summary>Kinds of tokens of the query language.</summary>
internal enum QueryTokenKind
{
    /// <summary>A name, bare or in backticks, or a keyword.</summary>
    Word,

    /// <summary>A quoted text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator, a comma or a parenthesis.</summary>
    Symbol,

    /// <summary>The end.</summary>
    End,
}

/// <summary>One token with its place in the text. A quoted word is never a keyword.</summary>
internal readonly record struct QueryToken(QueryTokenKind Kind, string Text, int Position, bool Quoted = false)
{
    /// <summary>It is this keyword or symbol.</summary>
    public bool Is(string text) =>
        !Quoted && Kind is QueryTokenKind.Word or QueryTokenKind.Symbol && Text.Equals(text, StringComparison.OrdinalIgnoreCase);
}
