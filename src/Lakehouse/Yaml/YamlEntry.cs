namespace Lakehouse.Yaml;

/// <summary>One key of a mapping with its value and where the key stands.</summary>
/// <param name="Key">The key as text.</param>
/// <param name="Line">Line of the key, from 1.</param>
/// <param name="Column">Column of the key, from 1.</param>
/// <param name="Value">The value.</param>
public sealed record YamlEntry(string Key, int Line, int Column, YamlValue Value);
