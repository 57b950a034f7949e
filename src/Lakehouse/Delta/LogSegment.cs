using Lakehouse.ObjectStores;

namespace Lakehouse.Delta;

/// <summary>What a listing of a table's log folder holds, up to a version.</summary>
internal sealed class LogSegment
{
    private LogSegment(IReadOnlyList<(long, ObjectSummary)> commits, IReadOnlyList<Checkpoint> checkpoints)
    {
        Commits = commits;
        Checkpoints = checkpoints;
    }

    /// <summary>Commits, oldest first.</summary>
    public IReadOnlyList<(long Version, ObjectSummary File)> Commits { get; }

    /// <summary>Whole checkpoints, newest first.</summary>
    public IReadOnlyList<Checkpoint> Checkpoints { get; }

    public bool IsEmpty => Commits.Count == 0 && Checkpoints.Count == 0;

    /// <summary>Reads a listing in order. A checkpoint in parts counts only when all of them are there.</summary>
    public static async Task<LogSegment> OfAsync(IAsyncEnumerable<ObjectSummary> listing, string folder, long upTo, CancellationToken cancellationToken)
    {
        var commits = new List<(long, ObjectSummary)>();
        var parts = new List<(CheckpointName Name, string Path)>();
        await foreach (var file in listing.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (file.Path.IndexOf('/', folder.Length) >= 0)
            {
                continue;
            }

            if (LogName.CommitVersion(file.Path) is { } version)
            {
                if (version <= upTo)
                {
                    commits.Add((version, file));
                }
            }
            else if (LogName.Checkpoint(file.Path) is { } name && name.Version <= upTo)
            {
                parts.Add((name, file.Path));
            }
        }

        var checkpoints = parts.GroupBy(p => (p.Name.Version, p.Name.Parts, Id: p.Name.Id is null ? null : p.Path))
            .Where(g => g.Select(p => p.Name.Part).Distinct().Count() == g.Key.Parts)
            .OrderByDescending(g => g.Key.Version)
            .Select(g => new Checkpoint(g.Key.Version, [.. g.OrderBy(p => p.Name.Part).Select(p => p.Path)], g.First().Name.IsJson));
        return new LogSegment(commits, [.. checkpoints]);
    }

    /// <summary>One checkpoint.</summary>
    internal sealed record Checkpoint(long Version, IReadOnlyList<string> Files, bool IsJson);
}
