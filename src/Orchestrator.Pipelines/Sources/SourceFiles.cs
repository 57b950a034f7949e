namespace Orchestrator.Pipelines.Sources;

/// <summary>Where the files of a source lie. Only reads. Safe for use by several threads.</summary>
public abstract class SourceFiles
{
    /// <summary>Every file at the depth of the template and one level below it, so that misplaced ones are named; in the order of their addresses (in a bucket by code point).</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of the template does not exist.</exception>
    public abstract IAsyncEnumerable<FoundFile> ListAsync(CancellationToken cancellationToken);

    /// <summary>One file; null when there is none.</summary>
    /// <param name="uri">Its address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<FoundFile?> FindAsync(string uri, CancellationToken cancellationToken);

    /// <summary>The bytes of one file, with a length.</summary>
    /// <param name="uri">Its address.</param>
    /// <param name="bytes">About how many there are: many are not held in memory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public abstract Task<Stream> OpenAsync(string uri, long bytes, CancellationToken cancellationToken);
}
