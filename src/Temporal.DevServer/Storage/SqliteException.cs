namespace Temporal.DevServer.Storage;

/// <summary>SQLite refused something.</summary>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    /// <summary>SQLite's primary result code.</summary>
    public int Code { get; } = code;
}
