namespace Lakehouse.Delta;

/// <summary>Reads checkpoints for the log, which itself knows no Parquet.</summary>
public interface ICheckpointReader
{
    /// <summary>The rows of a checkpoint's files, each as one line of a commit would be: a JSON object whose only property that is not null is the action.</summary>
    /// <param name="paths">The files in the store, all parts of one checkpoint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a file is missing, cut off or no checkpoint.</exception>
    Task<IReadOnlyList<string>> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default);
}
