using Lakehouse.Yaml;
using Orchestrator.Pipelines.Graph;
using Orchestrator.Pipelines.Loading;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines;

/// <summary>Reads a pipeline's folder: <c>pipeline.yaml</c>, models and contracts. Either everything is sound, or all errors come at once.</summary>
public static class PipelineLoader
{
    /// <summary>Name of the file that makes a folder a pipeline.</summary>
    public const string FileName = "pipeline.yaml";

    /// <summary>Reads a pipeline as its files say.</summary>
    /// <param name="folder">The pipeline's folder.</param>
    /// <exception cref="PipelineValidationException">The pipeline is not sound; it carries every error.</exception>
    public static PipelineSpec Load(string folder) => Load(folder, PipelineOverrides.None);

    /// <summary>Reads a pipeline with a caller's changes.</summary>
    /// <param name="folder">The pipeline's folder.</param>
    /// <param name="overrides">Source paths and environment.</param>
    /// <exception cref="PipelineValidationException">The pipeline is not sound; it carries every error.</exception>
    public static PipelineSpec Load(string folder, PipelineOverrides overrides)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var errors = new ErrorList();
        var file = Path.Combine(folder, FileName);
        var spec = ReadDocument(file, overrides, errors) is { } root ? Build(folder, root, overrides, errors) : null;
        return spec is not null && errors.IsEmpty ? spec : throw new PipelineValidationException(folder, errors.Sorted(file));
    }

    private static SpecNode? ReadDocument(string file, PipelineOverrides overrides, ErrorList errors)
    {
        if (!File.Exists(file))
        {
            var folder = Path.GetDirectoryName(file)!;
            errors.Add(
                Place.Whole(file),
                Directory.Exists(folder) ? $"the folder is no pipeline: it has no {FileName}" : "there is no such folder",
                help: "name the folder that holds pipeline.yaml, e.g. 'pipelines/covid'.");
            return null;
        }

        var documents = new List<(string, YamlValue)>();
        if (overrides.Overlay is { } overlay)
        {
            var path = Path.Combine(Path.GetDirectoryName(file)!, "overlays", overlay + ".yaml");
            if (!File.Exists(path))
            {
                errors.Add(Place.Whole(path), $"there is no overlay '{overlay}'", help: Suggestions.For(overlay, OverlaysOf(file)) ?? "create the file, or run without it.");
            }
            else if (ReadChecked(path, errors, partial: true) is { } over)
            {
                documents.Add((path, over));
            }
        }

        if (ReadChecked(file, errors, partial: false) is { } document)
        {
            documents.Add((file, document));
            return SpecNode.Root(documents);
        }

        return null;
    }

    private static IEnumerable<string> OverlaysOf(string file)
    {
        var folder = Path.Combine(Path.GetDirectoryName(file)!, "overlays");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)) : [];
    }

    private static YamlValue? ReadChecked(string file, ErrorList errors, bool partial)
    {
        var document = YamlFile.Read(file, errors);
        if (document is not null)
        {
            new ShapeChecker(file, errors, partial).Check(document, PipelineShape.Root);
        }

        return document is { Kind: YamlKind.Map } ? document : null;
    }

    private static PipelineSpec? Build(string folder, SpecNode root, PipelineOverrides overrides, ErrorList errors)
    {
        var partitioning = new PartitioningReader(errors).Read(root["partitioning"]);
        var sources = new SourcesReader(folder, overrides, errors).Read(root["sources"], partitioning);
        var limits = new LimitsReader(errors).Read(root["limits"]);
        var drafts = new DatasetsReader(folder, partitioning, root["sources"], errors).Read(root["datasets"]);
        new ModelsReader(drafts, partitioning, errors).Read();
        var graph = new GraphReader(drafts, errors).Read();
        if (!errors.IsEmpty || partitioning is null || limits is null || graph is null)
        {
            return null;
        }

        var datasets = drafts.Select(d => Freeze(d, partitioning, sources, graph)).OrderBy(d => d.Level).ThenBy(d => d.Name, StringComparer.Ordinal).ToList();
        return new PipelineSpec
        {
            Name = root["name"].Text!,
            Folder = folder,
            Owner = root["owner"].Text!,
            Description = root["description"].Text,
            Partitioning = partitioning,
            Sources = sources,
            Datasets = datasets,
            Graph = graph,
            Limits = limits,
            Concurrency = root["concurrency"].Integer ?? 1,
            Fingerprint = Fingerprints.OfPipeline(root["name"].Text!, datasets.Select(d => d.Fingerprint)),
        };
    }

    private static Dataset Freeze(DatasetDraft draft, Partitioning partitioning, IReadOnlyDictionary<string, SourceSpec> sources, PipelineGraph graph) => new()
    {
        Name = draft.Name.Value,
        Layer = draft.Layer,
        Description = draft.Node["description"].Text,
        Source = draft.Source,
        Model = draft.Model,
        Contract = draft.Contract!,
        Schema = draft.Schema!,
        ContractPath = draft.ContractPath,
        Key = draft.Key,
        Merge = Enum.TryParse<MergeStrategy>(draft.Node["merge"].Text, ignoreCase: true, out var merge) ? merge : MergeStrategy.Replace,
        Rows = draft.Rows,
        Deduplicate = draft.Deduplicate,
        Reads = graph.Upstream(draft.Name.Value),
        PartitionColumn = draft.PartitionColumn!,
        Level = graph.LevelOf(draft.Name.Value),
        FingerprintParts = Fingerprints.OfDataset(draft, partitioning, draft.Source is { } source ? sources[source].Format : null),
    };
}
