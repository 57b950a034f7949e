namespace Orchestrator.Pipelines;

/// <summary>How refined a dataset is. A dataset reads its own layer or a lower one.</summary>
public enum DatasetLayer
{
    /// <summary>Raw rows as they came, immutable.</summary>
    Bronze,

    /// <summary>Typed, validated, de-duplicated rows.</summary>
    Silver,

    /// <summary>Business-ready aggregates.</summary>
    Gold,
}
