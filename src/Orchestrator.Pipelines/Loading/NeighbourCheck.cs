using Lakehouse.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Whether a pipeline whose folder lies beside this one makes a dataset of the same name: both would write one table, each over the other's rows.</summary>
internal static class NeighbourCheck
{
    public static void Check(string folder, IReadOnlyList<DatasetDraft> drafts, Yaml.ErrorList errors)
    {
        var neighbours = Path.GetDirectoryName(folder) is { } parent && Directory.Exists(parent) ? Directory.EnumerateDirectories(parent).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        foreach (var file in neighbours.Where(n => n != folder).Select(n => Path.Combine(n, PipelineLoader.FileName)).Where(File.Exists))
        {
            // Most texts name none of the datasets: they need not be read as YAML.
            var text = File.ReadAllText(file);
            var named = drafts.Where(d => text.Contains(d.Name.Value, StringComparison.Ordinal)).ToList();
            var theirs = named.Count == 0 ? null : YamlReader.Read(text, out _)?["datasets"];
            foreach (var draft in named.Where(d => theirs?[d.Name.Value] is not null))
            {
                var other = Path.GetFileName(Path.GetDirectoryName(file));
                errors.Add(
                    draft.Name.Place,
                    $"pipeline '{other}' makes '{draft.Name.Value}' too",
                    "a name that no other pipeline beside this one has",
                    $"'{draft.Name.Value}', also at {file}:{theirs![draft.Name.Value]!.Line}",
                    $"one table has one maker: rename one of the two, or read it as an input of '{other}'.");
            }
        }
    }
}
