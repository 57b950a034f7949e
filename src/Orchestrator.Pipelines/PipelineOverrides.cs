namespace Orchestrator.Pipelines;

/// <summary>What a caller changes about a pipeline without touching its files.</summary>
public sealed record PipelineOverrides
{
    /// <summary>No change.</summary>
    public static PipelineOverrides None { get; } = new();

    /// <summary>Path templates by source name, in place of <c>sources.NAME.path</c>; relative ones start at the current folder. Default: none.</summary>
    public IReadOnlyDictionary<string, string> SourcePaths { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Name of an environment: the keys of <c>pipeline.NAME.yaml</c> are laid over those of <c>pipeline.yaml</c>, mapping by mapping;
    /// lists and single values are replaced whole. Default: null, <c>pipeline.yaml</c> alone.
    /// </summary>
    public string? Environment { get; init; }
}
