using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Activities.Planning;

/// <summary>What the sources hold, and what their files contain. A file whose size and time are those of the partition's last run is not read again.</summary>
internal sealed class SourceScan(PipelineSpec spec)
{
    /// <summary>File systems count time in steps: a file that was written this shortly before it was hashed may have changed since without a sign.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private readonly KeptInputs _kept = new(spec);

    /// <summary>Every partition that a source has a file for, and the files that belong to none.</summary>
    public async Task<(IReadOnlyList<PartitionFiles> Found, IReadOnlyList<IgnoredFile> Ignored)> DiscoverAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, PartitionFiles>(StringComparer.Ordinal);
        var ignored = new List<IgnoredFile>();
        foreach (var source in spec.Sources.Values.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            var discovery = await source.DiscoverAsync(spec.Partitioning, cancellationToken);
            ignored.AddRange(discovery.Ignored);
            foreach (var (partition, files) in discovery.Partitions)
            {
                if (!found.TryGetValue(partition.Value, out var known))
                {
                    found[partition.Value] = known = new PartitionFiles(partition, new List<(string, FoundFile)>(files.Count));
                }

                known.Files.AddRange(files.Select(f => (source.Name, f)));
            }
        }

        // Each source gives its own in order.
        return (spec.Sources.Count == 1 ? [.. found.Values] : [.. found.Values.OrderBy(f => f.Partition)], ignored);
    }

    /// <summary>The files of one partition; empty when no source has any. A source whose file for it can only have one name is not listed.</summary>
    public async Task<List<(string Source, FoundFile File)>> FilesOfAsync(PartitionKey partition, CancellationToken cancellationToken)
    {
        var files = new List<(string, FoundFile)>();
        foreach (var source in spec.Sources.Values.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            if (OnlyPath(source, partition) is not { } path)
            {
                files.AddRange((await source.DiscoverAsync(spec.Partitioning, cancellationToken)).Partitions.Where(p => p.Partition == partition).SelectMany(p => p.Files).Select(f => (source.Name, f)));
            }
            else if (await source.Files.FindAsync(path, cancellationToken) is { } file)
            {
                files.Add((source.Name, file));
            }
        }

        return files;
    }

    /// <summary>The one path that a source's file for a partition can have; null when there may be several.</summary>
    private string? OnlyPath(SourceSpec source, PartitionKey partition)
    {
        var (text, unit) = (source.Path.Text, spec.Partitioning.Unit);
        if (text.Contains('*', StringComparison.Ordinal)
            || unit is PartitionUnit.Week or PartitionUnit.Static
            || (unit != PartitionUnit.Hour && text.Contains("{HH}", StringComparison.Ordinal))
            || (unit == PartitionUnit.Month && text.Contains("{dd}", StringComparison.Ordinal)))
        {
            return null;
        }

        var path = text.Replace("{partition}", partition.Value, StringComparison.Ordinal);
        if (unit.HasTime())
        {
            var local = spec.Partitioning.Calendar.LocalStart(partition);
            path = path.Replace("{yyyy}", local.ToString("yyyy", CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{MM}", local.ToString("MM", CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{dd}", local.ToString("dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{HH}", local.ToString("HH", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        // The template itself has the last word on what the name says; a folder that is not there is for the listing to report.
        return spec.Partitioning.Contains(partition) && (source.Path.Bucket is not null || Directory.Exists(source.Path.Folder))
            && source.Path.TryMatch(path, spec.Partitioning.Calendar, out var seen, out _) && seen == partition ? path : null;
    }

    /// <summary>The files as inputs when none has moved since the partition's last run; null when one must be read to know.</summary>
    public IReadOnlyList<SourceFile>? Unmoved(List<(string Source, FoundFile File)> files, LedgerFact? last)
    {
        if (last is null || last.Inputs.Count < files.Count)
        {
            return null;
        }

        var kept = last.Inputs.Count == files.Count ? [] : _kept.Of(files, last);
        if (files.Count + kept.Count != last.Inputs.Count)
        {
            return null;
        }

        var i = 0;
        foreach (var known in kept.Count == 0 ? last.Inputs : last.Inputs.Where(k => !kept.Contains(k)))
        {
            var (source, file) = files[i++];
            if (known.Source != source || known.Uri != file.Uri || known.Bytes != file.Bytes || !IsUntouched(known, file, last))
            {
                return null;
            }
        }

        return last.Inputs;
    }

    /// <summary>
    /// Reads and hashes the files of a partition; those of its last run that are kept come with them. What is written about an object is what was known before it was read: one that changes meanwhile
    /// is read again.
    /// </summary>
    /// <param name="files">The files; those that are not there any more are taken out.</param>
    /// <param name="last">The partition's last run; null when there was none.</param>
    /// <param name="isSurvey">Whether many partitions are looked at: one file that cannot be read must not keep others from being planned, so it is only noted, and the run of its own partition says why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<SourceFile>> HashAsync(List<(string Source, FoundFile File)> files, LedgerFact? last, bool isSurvey, CancellationToken cancellationToken)
    {
        var inputs = new List<SourceFile>(files.Count);
        foreach (var (name, file) in files.ToArray())
        {
            try
            {
                inputs.Add(await HashAsync(name, file, cancellationToken));
            }
            catch (FileNotFoundException)
            {
                // It went after it was listed, or is a link to nothing.
                files.Remove((name, file));
            }
            catch (Exception e) when (isSurvey && e is IOException or UnauthorizedAccessException)
            {
                inputs.Add(File(name, file, file.Bytes, InputReasons.Unread));
            }
        }

        return KeptInputs.With(inputs, _kept.Of(files, last));
    }

    private async Task<SourceFile> HashAsync(string source, FoundFile file, CancellationToken cancellationToken)
    {
        await using var stream = await spec.Sources[source].Files.OpenAsync(file.Uri, file.Bytes, cancellationToken);
        return File(source, file, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)));
    }

    private SourceFile File(string source, FoundFile file, long bytes, string hash) => new(source, file.Uri, bytes, hash)
    {
        Name = spec.Sources[source].Path.NameOf(file.Uri) is var below && below.Contains('/', StringComparison.Ordinal) ? below : null,
        ETag = file.ETag.Length == 0 ? null : file.ETag,
        ModifiedAt = file.ModifiedAt,
    };

    /// <summary>What an object is called in fingerprints and comparisons: the folder that the source lists may move.</summary>
    public static string NameOf(SourceFile file) => file.Name ?? Path.GetFileName(file.Uri);

    /// <summary>A store that tells content apart is believed; of others, what was written shortly before it was hashed may have changed since without a sign.</summary>
    private static bool IsUntouched(SourceFile known, FoundFile file, LedgerFact last) => file.ETag.Length > 0
        ? file.ETag == known.ETag
        : known.ModifiedAt is { } modified && file.ModifiedAt == modified && modified + Step <= last.HashedAt;

    /// <summary>SHA-256 over source, name, size and content of every input.</summary>
    public static string Fingerprint(IReadOnlyList<SourceFile> inputs) =>
        Hash(string.Join('\n', inputs.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Source}|{NameOf(i)}|{i.Bytes}|{i.Sha256}"))));

    /// <summary>SHA-256 of a text in lower-case hex.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>What the sources hold of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Files">Its files, by source and address.</param>
internal readonly record struct PartitionFiles(PartitionKey Partition, List<(string Source, FoundFile File)> Files);
