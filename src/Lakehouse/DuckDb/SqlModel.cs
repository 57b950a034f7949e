namespace Lakehouse.DuckDb;

/// <summary>What one SELECT refers to, as the engine's own parser sees it.</summary>
public sealed record SqlModel
{
    /// <summary>Greatest number of parts (characters, members) that a constant in a query may ask of one value: 16 million.</summary>
    public const long GreatestValue = 16L << 20;

    /// <summary>The text as given.</summary>
    public required string Sql { get; init; }

    /// <summary>Tables it reads, in the order of the text; names that a WITH of an enclosing scope defines are not among them.</summary>
    public required IReadOnlyList<SqlTableReference> Tables { get; init; }

    /// <summary>Table functions it calls, for example <c>range</c> or <c>read_csv</c>.</summary>
    public required IReadOnlyList<SqlReference> TableFunctions { get; init; }

    /// <summary>Scalar, aggregate and window functions it calls, in lower case; keywords such as <c>current_date</c> that are functions without parentheses too. Operators are not among them.</summary>
    public required IReadOnlyList<SqlReference> Functions { get; init; }

    /// <summary>Calls that are told by a constant to make one value of more than <see cref="GreatestValue"/> parts.</summary>
    public IReadOnlyList<SqlReference> Oversized { get; init; } = [];

    /// <summary>The same query as the engine writes it: without comments, layout and optional words. Holds for one engine version.</summary>
    public required string Canonical { get; init; }

    /// <summary>Named parameters (<c>$name</c>) without the dollar sign, each once.</summary>
    public required IReadOnlyList<string> Parameters { get; init; }
}

/// <summary>A name in a SQL text.</summary>
/// <param name="Name">The name as written, qualified where it is.</param>
/// <param name="Position">Offset of its first character, from 0; -1 when the parser does not tell.</param>
public record SqlReference(string Name, int Position);

/// <summary>A table in a SQL text.</summary>
/// <param name="Name">The name as written, for example <c>silver.cases</c>.</param>
/// <param name="Position">Offset of its first character, from 0.</param>
/// <param name="Version">Version asked for with <c>AT (VERSION => n)</c>; null for the current one.</param>
public sealed record SqlTableReference(string Name, int Position, long? Version) : SqlReference(Name, Position);
