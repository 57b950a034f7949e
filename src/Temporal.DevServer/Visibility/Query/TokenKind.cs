namespace Temporal.DevServer.Visibility.Query;

/// <summary>What a token of a query is.</summary>
internal enum TokenKind
{
    /// <summary>The query is over.</summary>
    End,

    /// <summary>A name: bare, in backticks, or a keyword that may serve as one (then in lower case).</summary>
    Identifier,

    /// <summary>A reserved keyword, in lower case.</summary>
    Keyword,

    /// <summary>A text in single or double quotes, unescaped.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a decimal point or an exponent.</summary>
    Float,

    /// <summary>A number that starts with 0x.</summary>
    HexNumber,

    /// <summary>The digits of X'..' .</summary>
    HexString,

    /// <summary>The digits of B'..' .</summary>
    BitString,

    /// <summary>A placeholder: ? or :name.</summary>
    Argument,

    /// <summary>A punctuation mark or operator; the two-letter forms of AND and OR are keywords.</summary>
    Symbol,

    /// <summary>Text that is no token, such as a string without its end.</summary>
    Bad,
}
