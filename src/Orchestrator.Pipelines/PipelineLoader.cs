using Lakehouse.Raw;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Loading;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines;

/// <summary>Reads a pipeline's folder: <c>pipeline.yaml</c> with the file of an environment, models and contracts. Either everything is sound, or all errors come at once.</summary>
public static class PipelineLoader
{
    /// <summary>Name of the file that makes a folder a pipeline.</summary>
    public const string FileName = "pipeline.yaml";

    /// <summary>Reads a pipeline as its files say.</summary>
    /// <param name="folder">The pipeline's folder.</param>
    /// <exception cref="PipelineValidationException">The pipeline is not sound; it carries every error.</exception>
    public static PipelineSpec Load(string folder) => Load(folder, PipelineOverrides.None);

    /// <summary>Reads a pipeline in an environment. One that has no file of it is the same there as everywhere.</summary>
    /// <param name="folder">The pipeline's folder.</param>
    /// <param name="environment">Name of the environment; null for none.</param>
    /// <exception cref="PipelineValidationException">The pipeline is not sound; it carries every error.</exception>
    public static PipelineSpec Load(string folder, string? environment) =>
        Load(folder, PipelineOverrides.None with { Environment = environment is not null && Environments(folder).Contains(environment) ? environment : null });

    /// <summary>Reads a pipeline with a caller's changes.</summary>
    /// <param name="folder">The pipeline's folder.</param>
    /// <param name="overrides">Source paths and environment.</param>
    /// <exception cref="PipelineValidationException">The pipeline is not sound; it carries every error.</exception>
    public static PipelineSpec Load(string folder, PipelineOverrides overrides)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var errors = new ErrorList();
        var spec = new DocumentReader(folder, errors).Read(overrides.Environment) is { } root ? Build(folder, root, overrides, errors) : null;
        return spec is not null && errors.IsEmpty ? spec : throw new PipelineValidationException(folder, errors.Sorted(Path.Combine(folder, FileName)));
    }

    /// <summary>The environments for which a pipeline has a file, in order of name.</summary>
    /// <param name="folder">The pipeline's folder.</param>
    public static IReadOnlyList<string> Environments(string folder) => DocumentReader.EnvironmentsOf(folder);

    private static PipelineSpec? Build(string folder, SpecNode root, PipelineOverrides overrides, ErrorList errors)
    {
        var partitioning = new PartitioningReader(errors).Read(root["partitioning"]);
        var sources = new SourcesReader(folder, overrides, errors).Read(root["sources"], partitioning);
        var inputs = new InputsReader(folder, overrides.Environment, errors).Read(root, partitioning);
        CheckPartitionsAreKnown(root, partitioning, inputs, errors);
        var limits = new LimitsReader(errors).Read(root["limits"]);
        var drafts = new DatasetsReader(folder, partitioning, root["sources"], errors).Read(root["datasets"]);
        new ModelsReader(drafts, root["inputs"], inputs, partitioning, errors).Read();
        var graph = new GraphReader(drafts, root["inputs"], errors).Read();
        var schedules = new ScheduleReader(root, errors);
        var calendar = schedules.Calendar();
        var policies = new PolicyReader(root, partitioning, errors);
        policies.CheckTimes();
        var spec = new PipelineSpec
        {
            Name = root["name"].Text ?? "",
            Folder = folder,
            Environment = overrides.Environment,
            Owner = root["owner"].Text ?? "",
            Tenant = root["tenant"].Text ?? "default",
            Priority = root["priority"].Integer ?? 3,
            Description = root["description"].Text,
            Partitioning = partitioning!,
            Sources = sources,
            Inputs = inputs,
            Datasets = [],
            Graph = graph!,
            Limits = limits!,
            Concurrency = root["concurrency"].Integer ?? 1,
            ConcurrencyGroups = policies.Groups(),
            Retry = policies.Retry(),
            Lateness = policies.Lateness(drafts),
            WrongDay = policies.WrongDay(),
            Quality = policies.Quality(root["quality"]),
            ServiceLevel = policies.ServiceLevel(),
            Alerts = policies.Alerts(),
            Maintain = policies.Maintain(root["maintain"]),
            Calendar = calendar,
            Schedule = schedules.Schedule(partitioning, calendar),
            Triggers = schedules.Triggers(),
            Fingerprint = "",
        };
        var made = drafts.Select(d => (Draft: d, Quality: policies.Quality(d.Node["quality"]), Maintain: Maintain(policies, d, errors))).ToList();
        if (!errors.IsEmpty || partitioning is null || limits is null || graph is null)
        {
            return null;
        }

        var datasets = made.Select(m => Freeze(m.Draft, spec) with { Quality = m.Quality, Maintain = m.Maintain })
            .OrderBy(d => d.Level).ThenBy(d => d.Name, StringComparer.Ordinal).ToList();
        return spec with { Datasets = datasets, Fingerprint = Fingerprints.OfPipeline(spec.Name, datasets.Select(d => d.Fingerprint)) };
    }

    /// <summary>Files or aligned inputs say which partitions there are; where neither does, the pipeline has to.</summary>
    private static void CheckPartitionsAreKnown(SpecNode root, Partitioning? partitioning, IReadOnlyDictionary<string, PipelineInput> inputs, ErrorList errors)
    {
        if (partitioning is { Start: null, Unit: not (PartitionUnit.List or PartitionUnit.Static) } && !root["sources"].Keys.Any() && !root["partitioning"]["start"].Exists
            && root["inputs"].Keys.Count() == inputs.Count && !inputs.Values.Any(i => i.TellsPartitionsOf(partitioning.Unit)))
        {
            errors.Add(
                root["partitioning"].Place,
                "nothing says which partitions there are",
                partitioning.Unit == PartitionUnit.File ? "a source, or an aligned input of unit 'file'" : "'start' with the first one, a source, or an input with 'partitions: aligned'",
                "no source, and no input that is read partition by partition",
                partitioning.Unit == PartitionUnit.File ? "add one, or use another unit." : "add e.g. 'start'; without 'end' the pipeline goes on to the last partition that is over.");
        }
    }

    /// <summary>What the pipeline says about clustering holds for the tables that have the column; what a dataset says has to fit.</summary>
    private static MaintainPolicy Maintain(PolicyReader policies, DatasetDraft draft, ErrorList errors)
    {
        var own = draft.Node["maintain"];
        foreach (var column in own["cluster_by"].Items)
        {
            ColumnCheck.Check(errors, draft, column.LocatedText, "clustering column");
        }

        var policy = policies.Maintain(own);
        return policy with { ClusterBy = [.. policy.ClusterBy.Where(c => draft.Schema?.Columns.Any(s => s.ColumnName == c) == true)] };
    }

    private static Dataset Freeze(DatasetDraft draft, PipelineSpec spec) => new()
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
        Merge = draft.Merge,
        MergeOptions = draft.MergeOptions,
        Rows = draft.Rows,
        Deduplicate = draft.Deduplicate,
        Reads = spec.Graph.Upstream(draft.Name.Value),
        Inputs = [.. draft.Inputs.Order(StringComparer.Ordinal)],
        PartitionColumn = draft.PartitionColumn!,
        ConcurrencyGroup = draft.Node["concurrency_group"].Text,
        Level = spec.Graph.LevelOf(draft.Name.Value),
        FingerprintParts = Fingerprints.OfDataset(draft, spec, draft.Schema!.Format is { } format ? RawFormats.WordOf(format) : null),
    };
}
