namespace Orchestrator.Pipelines;

/// <summary>How a model's rows relate to the rows that it reads.</summary>
public enum RowPolicy
{
    /// <summary>Exactly one row out per row in of the partition; a difference fails the run.</summary>
    Conserve,

    /// <summary>Any number of rows.</summary>
    Aggregate,
}
