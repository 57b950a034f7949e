using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>sources</c>, with paths from the caller in place of the file's where given.</summary>
internal sealed class SourcesReader(string folder, PipelineOverrides overrides, ErrorList errors)
{
    /// <summary>The sources that could be read, by name.</summary>
    public IReadOnlyDictionary<string, SourceSpec> Read(SpecNode node, Partitioning? partitioning)
    {
        var sources = new Dictionary<string, SourceSpec>(StringComparer.Ordinal);
        foreach (var name in node.Keys)
        {
            var source = node[name.Value];
            if (source["path"].Text is not { } path || partitioning is null)
            {
                continue;
            }

            var place = source["path"].Place;
            var baseFolder = folder;
            if (overrides.SourcePaths.TryGetValue(name.Value, out var given))
            {
                (path, baseFolder, place) = (given, Directory.GetCurrentDirectory(), place with { Line = 0, Column = 0 });
            }

            try
            {
                sources[name.Value] = new SourceSpec
                {
                    Name = name.Value,
                    Description = source["description"].Text,
                    Credentials = Policies.SecretReference.Parse(source["credentials"].Text),
                    Deleted = Words.Parse<DeletedFiles>(source["deleted"].Text) ?? DeletedFiles.Keep,
                    ConcurrencyGroup = source["concurrency_group"].Text,
                    Path = PathTemplate.Parse(path, baseFolder, partitioning.Unit),
                };
            }
            catch (FormatException failure)
            {
                errors.Add(place, failure.Message.TrimEnd('.'), seen: $"'{path}'");
            }
        }

        foreach (var unknown in overrides.SourcePaths.Keys.Where(n => !node[n].Exists).Order(StringComparer.Ordinal))
        {
            errors.Add(node.Place with { Path = "sources" }, $"a path was given for source '{unknown}', which the pipeline does not have", help: Suggestions.For(unknown, node.Keys.Select(k => k.Value)));
        }

        return sources;
    }
}
