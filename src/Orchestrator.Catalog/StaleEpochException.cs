namespace Orchestrator.Catalog;

/// <summary>A run has lost its partition to a later one: nothing that it does counts any more. Never transient.</summary>
public sealed class StaleEpochException : CatalogException
{
    /// <summary>Creates the refusal.</summary>
    /// <param name="key">The partition.</param>
    /// <param name="epoch">The late run's epoch.</param>
    /// <param name="current">The epoch that holds; null when it could not be told.</param>
    public StaleEpochException(PartitionId key, long epoch, long? current)
        : base($"Partition '{key}' belongs to a later run: seen epoch {epoch}, current {current?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"}.\nHelp: nothing to do, the later run publishes; this one stops.") =>
        (Key, Epoch, Current) = (key, epoch, current);

    /// <summary>The partition.</summary>
    public PartitionId Key { get; }

    /// <summary>The late run's epoch.</summary>
    public long Epoch { get; }

    /// <summary>The epoch that holds; null when it could not be told.</summary>
    public long? Current { get; }
}
