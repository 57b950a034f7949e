using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Sources;

/// <summary>Where raw files come from, as declared under <c>sources</c>.</summary>
public sealed record SourceSpec
{
    /// <summary>Name of the source inside the pipeline.</summary>
    public required string Name { get; init; }

    /// <summary>What the source is; null when the author wrote nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Which files, and which partition each belongs to. Already absolute, or in a bucket.</summary>
    public required PathTemplate Path { get; init; }

    /// <summary>Where its credentials are found; null when it needs none.</summary>
    public Policies.SecretReference? Credentials { get; init; }

    /// <summary>Name of the group of <see cref="PipelineSpec.ConcurrencyGroups"/> within which it is read; null for none.</summary>
    public string? ConcurrencyGroup { get; init; }

    /// <summary>What becomes of the rows of files that are deleted there. Default: they stay.</summary>
    public DeletedFiles Deleted { get; init; }

    /// <summary>Where its files lie.</summary>
    public SourceFiles Files => Path.Bucket is null ? new FolderSource(this) : new BucketSource(this);

    /// <summary>Lists the files that lie there now, by partition.</summary>
    /// <param name="partitioning">The pipeline's partitions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DirectoryNotFoundException">The folder of the template does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be listed.</exception>
    /// <exception cref="Lakehouse.LakehouseException">The bucket does not answer, or refuses.</exception>
    public async Task<SourceDiscovery> DiscoverAsync(Partitioning partitioning, CancellationToken cancellationToken = default)
    {
        var found = new Dictionary<string, DiscoveredPartition>(StringComparer.Ordinal);
        var ignored = new List<IgnoredFile>();
        await foreach (var file in Files.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!Path.TryMatch(file.Uri, partitioning.Calendar, out var partition, out var reason))
            {
                ignored.Add(new IgnoredFile(file.Uri, reason));
            }
            else if (!partitioning.Contains(partition))
            {
                ignored.Add(new IgnoredFile(file.Uri, $"partition '{partition.Value}' lies outside the pipeline's start '{partitioning.Start?.Value}' and end '{partitioning.End?.Value}'"));
            }
            else if (found.TryGetValue(partition.Value, out var known))
            {
                known.Files.Add(file);
            }
            else
            {
                found[partition.Value] = new DiscoveredPartition(partition, [file]);
            }
        }

        return new SourceDiscovery { Partitions = [.. found.Values.OrderBy(p => p.Partition)], Ignored = ignored };
    }
}
