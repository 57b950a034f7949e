namespace Lakehouse.DuckDb;

/// <summary>Judges a text, as UTF-8. Called from several threads at once; null in gives null out without a call.</summary>
/// <param name="text">The text.</param>
public delegate bool TextPredicate(ReadOnlySpan<byte> text);
