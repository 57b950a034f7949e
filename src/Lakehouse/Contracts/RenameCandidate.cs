namespace Lakehouse.Contracts;

/// <summary>A field that is probably a declared column under another name.</summary>
/// <param name="Declared">The declared name.</param>
/// <param name="Seen">The name that was seen.</param>
/// <param name="Reason">Why: letter case or separators, spelling, or the same place.</param>
public sealed record RenameCandidate(string Declared, string Seen, string Reason)
{
    /// <summary>The reason where nothing but the place tells.</summary>
    internal const string InPlace = "in the same place";
}
