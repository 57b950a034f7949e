namespace Temporal.DevServer.Visibility.Query;

/// <summary>One token; <see cref="End"/> is the place after its last character. A quoted name is never a keyword.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int End)
{
    /// <summary>It is this keyword, in lower case.</summary>
    public bool IsKeyword(string word) => Kind == TokenKind.Keyword && Text == word;

    /// <summary>It is this symbol.</summary>
    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;
}
