namespace Lakehouse.Raw.JsonLines;

/// <summary>Where a field's text lies.</summary>
internal readonly record struct JsonField(JsonFieldState State, int Start, int Length);
