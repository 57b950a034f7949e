namespace Lakehouse.DuckDb;

/// <summary>The engine refused or failed a statement. Its code is <c>duckdb.</c> and the kind of error in lower case.</summary>
public sealed class DuckDbException : LakehouseException
{
    internal DuckDbException(DuckDbErrorType errorType, string message)
        : base("duckdb." + errorType.ToString().ToLowerInvariant(), message, isTransient: false) => ErrorType = errorType;

    /// <summary>The kind of error.</summary>
    public DuckDbErrorType ErrorType { get; }

    internal static DuckDbException Of(int type, string message) =>
        new(Enum.IsDefined((DuckDbErrorType)type) ? (DuckDbErrorType)type : DuckDbErrorType.Other, message);
}
