using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Sources;

/// <summary>Where raw files come from, as declared under <c>sources</c>.</summary>
public sealed record SourceSpec
{
    /// <summary>Name of the source inside the pipeline.</summary>
    public required string Name { get; init; }

    /// <summary>What the source is; null when the author wrote nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Format of its files. Default: <c>csv</c>, the only one so far.</summary>
    public string Format { get; init; } = "csv";

    /// <summary>Which files, and which partition each belongs to. Already absolute.</summary>
    public required PathTemplate Path { get; init; }

    /// <summary>Where its credentials are found; null when it needs none.</summary>
    public Policies.SecretReference? Credentials { get; init; }

    /// <summary>Name of the group of <see cref="PipelineSpec.ConcurrencyGroups"/> within which it is read; null for none.</summary>
    public string? ConcurrencyGroup { get; init; }

    /// <summary>Lists the files that lie there now, by partition.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of the template does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be listed.</exception>
    public SourceDiscovery Discover(Partitioning partitioning)
    {
        if (!Directory.Exists(Path.Folder))
        {
            throw new DirectoryNotFoundException($"Source '{Name}' has no folder '{Path.Folder}' (path template '{Path.Text}').\nHelp: create the folder or correct 'sources.{Name}.path'.");
        }

        var found = new SortedDictionary<PartitionKey, List<string>>();
        var ignored = new List<IgnoredFile>();

        // One level below the template's own, so that misplaced files are named; not all the way, as links can lead in circles.
        var listing = new EnumerationOptions { RecurseSubdirectories = Path.Folders > 0, MaxRecursionDepth = Path.Folders + 1, AttributesToSkip = 0, IgnoreInaccessible = false };
        foreach (var file in Directory.EnumerateFiles(Path.Folder, "*", listing).Order(StringComparer.Ordinal))
        {
            if (!Path.TryMatch(file, partitioning.Calendar, out var partition, out var reason))
            {
                ignored.Add(new IgnoredFile(file, reason));
            }
            else if (!partitioning.Contains(partition))
            {
                ignored.Add(new IgnoredFile(file, $"partition '{partition.Value}' lies outside the pipeline's start '{partitioning.Start?.Value}' and end '{partitioning.End?.Value}'"));
            }
            else if (found.TryGetValue(partition, out var files))
            {
                files.Add(file);
            }
            else
            {
                found[partition] = [file];
            }
        }

        return new SourceDiscovery { Partitions = [.. found.Select(p => new DiscoveredPartition(p.Key, p.Value))], Ignored = ignored };
    }
}
