namespace Lakehouse.DuckDb;

/// <summary>Kinds of engine errors that the product tells apart; the numbers are those of <c>duckdb_error_type</c>.</summary>
public enum DuckDbErrorType
{
    /// <summary>Any other kind.</summary>
    Other = 0,

    /// <summary>A number outside its type.</summary>
    OutOfRange = 1,

    /// <summary>A value that does not convert.</summary>
    Conversion = 2,

    /// <summary>A transaction lost a conflict, or goes on after a failed statement.</summary>
    Transaction = 10,

    /// <summary>A name that is not in the catalog.</summary>
    Catalog = 13,

    /// <summary>SQL that does not parse.</summary>
    Parser = 14,

    /// <summary>A row breaks a constraint of its table.</summary>
    Constraint = 18,

    /// <summary>SQL that parses but refers to what is not there or does not fit.</summary>
    Binder = 24,

    /// <summary>A file or disk error.</summary>
    IO = 28,

    /// <summary>The statement was interrupted.</summary>
    Interrupt = 29,

    /// <summary>A value or setting the engine refuses.</summary>
    InvalidInput = 32,

    /// <summary>The memory or spill limit is reached.</summary>
    OutOfMemory = 33,

    /// <summary>The sandbox refuses it.</summary>
    Permission = 34,

    /// <summary>It would need an extension that is not there.</summary>
    MissingExtension = 39,

    /// <summary>A setting is unknown, takes no such value, or is locked.</summary>
    InvalidConfiguration = 42,
}
