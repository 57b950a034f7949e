namespace Lakehouse;

/// <summary>
/// Something in the outside world is not as the lake needs it: a file, a contract, a table, a store, the engine. The text names
/// what failed, on which thing, what was expected and seen, and carries neither secrets nor row data.
/// </summary>
public class LakehouseException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">Stable code of the failure, such as <c>csv.truncated</c>.</param>
    /// <param name="message">What failed, on which thing, expected, seen, help.</param>
    /// <param name="isTransient">True when the same call may succeed later without a change. Default: false.</param>
    /// <param name="inner">The cause, if any.</param>
    public LakehouseException(string code, string message, bool isTransient = false, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        IsTransient = isTransient;
    }

    /// <summary>Stable code of the failure, such as <c>csv.truncated</c>.</summary>
    public string Code { get; }

    /// <summary>True when the same call may succeed later without a change.</summary>
    public bool IsTransient { get; }
}
