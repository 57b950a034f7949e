using Lakehouse.Yaml;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>Reads one YAML file; whatever makes it no sound document becomes errors with their places.</summary>
internal static class YamlFile
{
    /// <summary>The document's root, or null when nothing could be read; the reasons are then in <paramref name="errors"/>.</summary>
    public static YamlValue? Read(string path, ErrorList errors)
    {
        var root = YamlReader.Read(File.ReadAllText(path), out var problems);
        foreach (var problem in problems)
        {
            errors.Add(new Place(path, problem.Line, problem.Column, problem.Path.TrimStart('$').TrimStart('.')), problem.Message.TrimEnd('.'));
        }

        return root;
    }
}
