namespace Lakehouse.Yaml;

/// <summary>Something that makes a text no readable YAML document.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Path">Path of the node being read, such as <c>$.schema[0].name</c>.</param>
/// <param name="Message">What is wrong.</param>
public sealed record YamlProblem(int Line, int Column, string Path, string Message);
