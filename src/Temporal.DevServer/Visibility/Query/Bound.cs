namespace Temporal.DevServer.Visibility.Query;

/// <summary>One end of a range.</summary>
internal readonly record struct Bound<T>(T Value, bool Inclusive);
