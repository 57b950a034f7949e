namespace Lakehouse.Tables.Operations;

/// <summary>What an operation did.</summary>
/// <param name="Version">Version it made, or that holds it already; null when there was nothing to do.</param>
/// <param name="AlreadyThere">True when the table had the work before: nothing was written.</param>
/// <param name="Metrics">Counts, named as Spark names them.</param>
public sealed record OperationResult(long? Version, bool AlreadyThere, IReadOnlyDictionary<string, long> Metrics)
{
    /// <summary>Why the work was refused by whom it asked; null when it was not. See <see cref="TableOperationOptions.Publish"/>.</summary>
    public string? Refusal { get; init; }

    /// <summary>A count; 0 when the operation does not have it.</summary>
    public long this[string metric] => Metrics.GetValueOrDefault(metric);
}
