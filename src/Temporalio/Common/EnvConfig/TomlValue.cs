namespace Temporalio.Common.EnvConfig;

/// <summary>A value of a TOML text with the place it stands at, so that errors can name it.</summary>
/// <param name="Content">A <see cref="string"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="TomlTable"/>, list of values, or <see cref="TomlOther"/>.</param>
/// <param name="KeyAt">Where its key stands.</param>
/// <param name="At">Where the value stands.</param>
internal sealed record TomlValue(object Content, TomlPlace KeyAt, TomlPlace At)
{
    /// <summary>The kind in words, for error messages.</summary>
    internal string Kind => Content switch
    {
        string => "a string",
        bool flag => flag ? "boolean `true`" : "boolean `false`",
        long number => $"integer `{number}`",
        double => "a floating point number",
        TomlTable => "a table",
        TomlOther => "a date or time",
        _ => "an array",
    };
}
