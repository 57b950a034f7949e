namespace Orchestrator.Catalog;

/// <summary>The catalog, or the Postgres that holds it, cannot do what was asked. The message names it and says what to do.</summary>
public class CatalogException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What failed, on what, expected, seen, help.</param>
    /// <param name="isTransient">Whether the same call may succeed later.</param>
    /// <param name="inner">The failure below; null when there is none.</param>
    public CatalogException(string message, bool isTransient = false, Exception? inner = null)
        : base(message, inner) => IsTransient = isTransient;

    /// <summary>Whether the same call may succeed later.</summary>
    public bool IsTransient { get; }
}
