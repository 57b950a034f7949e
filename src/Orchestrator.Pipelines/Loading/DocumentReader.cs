using Lakehouse.Contracts;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>pipeline.yaml</c> and lays the file of an environment (<c>pipeline.NAME.yaml</c>) over it, each checked against the format.</summary>
internal sealed class DocumentReader(string folder, ErrorList errors)
{
    private readonly string _file = Path.Combine(folder, PipelineLoader.FileName);
    private readonly List<(string File, YamlValue Document)> _documents = [];

    /// <summary>The merged document; null when there is none, or when it holds a secret, which no later check may show.</summary>
    public SpecNode? Read(string? environment)
    {
        if (!File.Exists(_file))
        {
            errors.Add(
                Place.Whole(_file),
                Directory.Exists(folder) ? $"the folder is no pipeline: it has no {PipelineLoader.FileName}" : "there is no such folder",
                help: Neighbour() ?? "name the folder that holds pipeline.yaml, e.g. 'pipelines/covid'.");
            return null;
        }

        var sound = (environment is null || ReadEnvironment(environment)) & ReadFile(_file, partial: environment is not null);
        if (_documents.Count == 0 || _documents[^1].File != _file)
        {
            return null;
        }

        var root = SpecNode.Root(_documents);
        if (environment is not null)
        {
            new RequiredChecker(errors).Check(root, PipelineShape.Root);
        }

        return sound ? root : null;
    }

    /// <summary>The environments for which a pipeline has a file, in order of name.</summary>
    public static IReadOnlyList<string> EnvironmentsOf(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "pipeline.*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)["pipeline.".Length..])
            .Where(n => n.Length > 0).Order(StringComparer.Ordinal),
    ];

    /// <summary>The pipeline beside the folder that was probably meant.</summary>
    private string? Neighbour() => Path.GetDirectoryName(folder) is { } parent && Directory.Exists(parent)
        ? DidYouMean.Question(Path.GetFileName(folder), Directory.EnumerateDirectories(parent).Where(d => d != folder && File.Exists(Path.Combine(d, PipelineLoader.FileName))).Select(d => Path.GetFileName(d)))
        : null;

    private bool ReadEnvironment(string environment)
    {
        var path = Path.Combine(folder, $"pipeline.{environment}.yaml");
        if (!File.Exists(path))
        {
            errors.Add(Place.Whole(path), $"there is no environment '{environment}'", help: Suggestions.For(environment, EnvironmentsOf(folder)) ?? "create the file, or run without an environment.");
            return true;
        }

        var sound = ReadFile(path, partial: true);
        if (_documents.Count > 0 && _documents[^1].Document.Entries.FirstOrDefault(e => e.Key == "name") is { } name)
        {
            errors.Add(Place.Of(path, name, "name"), "an environment cannot rename the pipeline", help: "the name stands in workflow ids and commits; remove the key, each environment has a lake of its own.");
        }

        return sound;
    }

    private bool ReadFile(string file, bool partial)
    {
        if (YamlFile.Read(file, errors) is not { } document)
        {
            return true;
        }

        var secrets = new SecretScanner(file, errors).Scan(document);
        new ShapeChecker(file, errors, partial, secrets).Check(document, PipelineShape.Root);
        if (document.Kind == YamlKind.Map)
        {
            _documents.Add((file, document));
        }

        return secrets.Count == 0;
    }
}
