using Orchestrator.Pipelines.Graph;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;
using Orchestrator.Pipelines.Scheduling;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Pipelines;

/// <summary>A pipeline as read from its folder: complete, checked and immutable. Made by <see cref="PipelineLoader"/>.</summary>
public sealed record PipelineSpec
{
    /// <summary>Name of the pipeline, unique among all.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute path of the folder that it was read from.</summary>
    public required string Folder { get; init; }

    /// <summary>The environment whose file was laid over <c>pipeline.yaml</c>; null without one.</summary>
    public string? Environment { get; init; }

    /// <summary>Person or team that answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>Tenant that it works for. Default: <c>default</c>.</summary>
    public string Tenant { get; init; } = "default";

    /// <summary>Priority of its live runs, 1 (highest) to 5. Default: 3.</summary>
    public int Priority { get; init; } = 3;

    /// <summary>What it is for; null when the author wrote nothing.</summary>
    public string? Description { get; init; }

    /// <summary>How its data is cut.</summary>
    public required Partitioning Partitioning { get; init; }

    /// <summary>Its sources by name.</summary>
    public required IReadOnlyDictionary<string, SourceSpec> Sources { get; init; }

    /// <summary>Datasets of other pipelines that its models read, by the name in their SQL.</summary>
    public IReadOnlyDictionary<string, PipelineInput> Inputs { get; init; } = new Dictionary<string, PipelineInput>();

    /// <summary>Its datasets, every one after all that it reads: by level, then by name.</summary>
    public required IReadOnlyList<Dataset> Datasets { get; init; }

    /// <summary>What reads what.</summary>
    public required PipelineGraph Graph { get; init; }

    /// <summary>What a run may use at most.</summary>
    public required Limits Limits { get; init; }

    /// <summary>How many partitions run at once. Default: 1.</summary>
    public required int Concurrency { get; init; }

    /// <summary>The named semaphores that its sources and datasets use.</summary>
    public IReadOnlyDictionary<string, ConcurrencyGroup> ConcurrencyGroups { get; init; } = new Dictionary<string, ConcurrencyGroup>();

    /// <summary>How steps are tried again.</summary>
    public RetryPolicies Retry { get; init; } = new();

    /// <summary>How late data may come; null when partitions are never sealed.</summary>
    public Lateness? Lateness { get; init; }

    /// <summary>What happens to source files that seem to belong to another partition.</summary>
    public WrongDayPolicy WrongDay { get; init; } = new();

    /// <summary>What broken checks lead to; every dataset carries its own in <see cref="Pipelines.Dataset.Quality"/>.</summary>
    public QualityPolicy Quality { get; init; } = new();

    /// <summary>What consumers may rely on; null when nothing is promised.</summary>
    public ServiceLevel? ServiceLevel { get; init; }

    /// <summary>Where alerts go.</summary>
    public AlertRoutes Alerts { get; init; } = new();

    /// <summary>How tables are kept in shape; every dataset carries its own in <see cref="Pipelines.Dataset.Maintain"/>.</summary>
    public MaintainPolicy Maintain { get; init; } = new();

    /// <summary>On which days its sources deliver; null when on all.</summary>
    public BusinessCalendar? Calendar { get; init; }

    /// <summary>When it runs by itself; null when it does not.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>What starts it besides.</summary>
    public TriggerSpec Triggers { get; init; } = TriggerSpec.None;

    /// <summary>SHA-256 in lower-case hex over the fingerprints of all datasets.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The dataset of that name.</summary>
    /// <exception cref="ArgumentException">The pipeline has no such dataset; the message names those that it has.</exception>
    public Dataset Dataset(string name) =>
        Datasets.FirstOrDefault(d => d.Name == name)
        ?? throw new ArgumentException($"Pipeline '{Name}' has no dataset '{name}': it has {string.Join(", ", Datasets.Select(d => $"'{d.Name}'"))}.", nameof(name));

    /// <summary>The columns of a table that models read: a dataset of this pipeline or an input.</summary>
    /// <exception cref="ArgumentException">The pipeline has no such dataset and no such input; the message names those that it has.</exception>
    public Lakehouse.Contracts.ContractTable SchemaOf(string name) => Inputs.TryGetValue(name, out var input) ? input.Schema : Dataset(name).Schema;
}
