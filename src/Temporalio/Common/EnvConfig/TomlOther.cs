namespace Temporalio.Common.EnvConfig;

/// <summary>A date or time, which nothing here has a use for.</summary>
internal sealed record TomlOther(string Text);
