using Orchestrator.Pipelines.Graph;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Pipelines;

/// <summary>A pipeline as read from its folder: complete, checked and immutable. Made by <see cref="PipelineSpec"/>.</summary>
public sealed record PipelineSpec
{
    /// <summary>Name of the pipeline, unique among all.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the folder that it was read from.</summary>
    public required string Folder { get; init; }

    /// <summary>Person or team that answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>What it is for; null when the author wrote nothing.</summary>
    public string? Description { get; init; }

    /// <summary>How its data is cut.</summary>
    public required Partitioning Partitioning { get; init; }

    /// <summary>Its sources by name.</summary>
    public required IReadOnlyDictionary<string, SourceSpec> Sources { get; init; }

    /// <summary>Its datasets, every one after all that it reads: by level, then by name.</summary>
    public required IReadOnlyList<Dataset> Datasets { get; init; }

    /// <summary>What reads what.</summary>
    public required PipelineGraph Graph { get; init; }

    /// <summary>What a run may use at most.</summary>
    public required Limits Limits { get; init; }

    /// <summary>How many partitions run at once. Default: 1.</summary>
    public required int Concurrency { get; init; }

    /// <summary>SHA-256 in lower-case hex over the fingerprints of all datasets.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The dataset of that name.</summary>
    /// <exception cref="ArgumentException">The pipeline has no such dataset; the message names those that it has.</exception>
    public Dataset Dataset(string name) =>
        Datasets.FirstOrDefault(d => d.Name == name)
        ?? throw new ArgumentException($"Pipeline '{Name}' has no dataset '{name}': it has {string.Join(", ", Datasets.Select(d => $"'{d.Name}'"))}.", nameof(name));
}
