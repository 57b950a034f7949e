namespace Orchestrator.Pipelines;

/// <summary>How a dataset comes to be.</summary>
public enum DatasetKind
{
    /// <summary>Loaded from the files of a source.</summary>
    Source,

    /// <summary>Made by a SQL model.</summary>
    Model,
}
