namespace Temporalio.Common.EnvConfig;

/// <summary>A place in a text; both numbers count from one.</summary>
internal readonly record struct TomlPlace(int Line, int Column)
{
    /// <summary>An error at this place. It is not given the text around it, which may hold a secret.</summary>
    internal FormatException Error(string problem) => new($"TOML parse error at line {Line}, column {Column}: {problem}");
}
