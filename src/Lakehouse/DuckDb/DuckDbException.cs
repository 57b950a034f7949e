namespace Lakehouse.DuckDb;

/// <summary>
/// The engine refused or failed a statement. Its code is <c>duckdb.</c> and the kind of error in lower case. <see cref="Exception.Message"/> goes into logs
/// and histories, so values of rows that the engine quotes are masked in it.
/// </summary>
public sealed class DuckDbException : LakehouseException
{
    /// <summary>A failure told in our own words.</summary>
    internal DuckDbException(DuckDbErrorType errorType, string message)
        : this(errorType, message, message)
    {
    }

    private DuckDbException(DuckDbErrorType errorType, string message, string engineMessage)
        : base("duckdb." + errorType.ToString().ToLowerInvariant(), message, isTransient: false)
    {
        ErrorType = errorType;
        EngineMessage = engineMessage;
    }

    /// <summary>The kind of error.</summary>
    public DuckDbErrorType ErrorType { get; }

    /// <summary>What the engine said, values of rows included: for the eyes of whoever may see the rows, never for a log.</summary>
    public string EngineMessage { get; }

    /// <summary>A failure in the engine's words.</summary>
    /// <param name="type">Its kind as the engine's number; 0 when only the text tells.</param>
    /// <param name="message">The engine's text.</param>
    /// <param name="context">Our own words to go before it.</param>
    internal static DuckDbException Of(int type, string message, string context = "")
    {
        var given = (DuckDbErrorType)type;
        var kind = given != DuckDbErrorType.Other && Enum.IsDefined(given) ? given : ErrorText.TypeOf(message);
        return new(kind, context + ErrorText.WithoutValues(kind, message), context + message);
    }
}
