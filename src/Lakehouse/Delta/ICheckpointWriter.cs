namespace Lakehouse.Delta;

/// <summary>Writes checkpoints for the log, which itself knows no Parquet.</summary>
public interface ICheckpointWriter
{
    /// <summary>Writes a classic checkpoint; a reader sees it whole or not at all.</summary>
    /// <param name="path">Its file in the store.</param>
    /// <param name="actions">What it holds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its size in bytes.</returns>
    Task<long> WriteAsync(string path, IEnumerable<DeltaAction> actions, CancellationToken cancellationToken = default);
}
