namespace Lakehouse.Delta;

/// <summary>Reads checkpoints for the log, which itself knows no Parquet.</summary>
public interface ICheckpointReader
{
    /// <summary>Reads the actions of a checkpoint's Parquet files, removed files left out, in no order.</summary>
    /// <param name="paths">The files in the store, all parts of one checkpoint.</param>
    /// <param name="onAction">Told of each action; called from one thread at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a file is missing, cut off or no checkpoint.</exception>
    Task ReadAsync(IReadOnlyList<string> paths, Action<DeltaAction> onAction, CancellationToken cancellationToken = default);

    /// <summary>Reads what the other leaves out: the removed files, and the sidecars that may hold more of them.</summary>
    /// <param name="paths">The files in the store, all parts of one checkpoint.</param>
    /// <param name="onAction">Told of each action; called from one thread at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a file is missing, cut off or no checkpoint.</exception>
    Task ReadRemovedAsync(IReadOnlyList<string> paths, Action<DeltaAction> onAction, CancellationToken cancellationToken = default);
}
