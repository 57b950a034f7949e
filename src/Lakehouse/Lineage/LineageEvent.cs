namespace Lakehouse.Lineage;

/// <summary>
/// What is told of a run when it starts or ends. Events of one run add up: facets of the later one are merged over those of the earlier.
/// </summary>
public sealed record LineageEvent
{
    /// <summary>What happened.</summary>
    public required LineageEventType Type { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The attempt of the job; the same in all of its events. Version 7 by custom.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The job: stable over runs, without dates.</summary>
    public required DatasetName Job { get; init; }

    /// <summary>The run and job that this one is part of.</summary>
    public (Guid RunId, DatasetName Job)? Parent { get; init; }

    /// <summary>The span of time whose data the run is for.</summary>
    public (DateTimeOffset Start, DateTimeOffset End)? Nominal { get; init; }

    /// <summary>Name and version of the engine.</summary>
    public (string Name, string Version)? Engine { get; init; }

    /// <summary>The query.</summary>
    public string? Sql { get; init; }

    /// <summary>What the job does, in a line.</summary>
    public string? Description { get; init; }

    /// <summary>Who answers for it, such as <c>team:data</c>.</summary>
    public string? Owner { get; init; }

    /// <summary>Why the run failed; without row data, as all errors here.</summary>
    public string? Error { get; init; }

    /// <summary>Hashes of code and inputs, in the facet <c>orchestrator_fingerprint</c>.</summary>
    public ModelFingerprint? Fingerprint { get; init; }

    /// <summary>What it reads.</summary>
    public IReadOnlyList<LineageDataset> Inputs { get; init; } = [];

    /// <summary>What it writes.</summary>
    public IReadOnlyList<LineageDataset> Outputs { get; init; } = [];

    /// <summary>Name of the dataset behind a table of a query; a table that is not here is left out of column lineage.</summary>
    public IReadOnlyDictionary<string, DatasetName> Tables { get; init; } = new Dictionary<string, DatasetName>();
}
