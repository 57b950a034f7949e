using Lakehouse.Yaml;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>Where in a file a value stands.</summary>
internal readonly record struct Place(string File, int Line, int Column, string Path)
{
    /// <summary>A whole file.</summary>
    public static Place Whole(string file) => new(file, 0, 0, "");

    /// <summary>The place of a value.</summary>
    public static Place Of(string file, YamlValue value, string path) => new(file, value.Line, value.Column, path);

    /// <summary>The place of a key.</summary>
    public static Place Of(string file, YamlEntry entry, string path) => new(file, entry.Line, entry.Column, path);
}
