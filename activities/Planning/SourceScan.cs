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

    /// <summary>Every partition that a source has a file for, and the files that belong to none.</summary>
    public (SortedDictionary<PartitionKey, List<(string Source, string File)>> Found, List<IgnoredFile> Ignored) Discover()
    {
        var found = new SortedDictionary<PartitionKey, List<(string, string)>>();
        var ignored = new List<IgnoredFile>();
        foreach (var source in spec.Sources.Values.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            var discovery = source.Discover(spec.Partitioning);
            ignored.AddRange(discovery.Ignored);
            foreach (var partition in discovery.Partitions)
            {
                if (!found.TryGetValue(partition.Partition, out var files))
                {
                    found[partition.Partition] = files = new List<(string, string)>(partition.Files.Count);
                }

                files.AddRange(partition.Files.Select(f => (source.Name, f)));
            }
        }

        return (found, ignored);
    }

    /// <summary>The files of one partition; empty when no source has any. A source whose file for it can only have one name is not listed.</summary>
    public List<(string Source, string File)> FilesOf(PartitionKey partition)
    {
        var files = new List<(string, string)>();
        foreach (var source in spec.Sources.Values.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            if (OnlyPath(source, partition) is not { } path)
            {
                files.AddRange(source.Discover(spec.Partitioning).Partitions.Where(p => p.Partition == partition).SelectMany(p => p.Files).Select(f => (source.Name, f)));
            }
            else if (File.Exists(path))
            {
                files.Add((source.Name, path));
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
        return spec.Partitioning.Contains(partition) && Directory.Exists(source.Path.Folder)
            && source.Path.TryMatch(path, spec.Partitioning.Calendar, out var seen, out _) && seen == partition ? path : null;
    }

    /// <summary>The files as inputs when none has moved since the partition's last run; null when one must be read to know.</summary>
    public static IReadOnlyList<SourceFile>? Unmoved(List<(string Source, string File)> files, LedgerFact? last)
    {
        if (last is null || last.Inputs.Count != files.Count)
        {
            return null;
        }

        for (var i = 0; i < files.Count; i++)
        {
            var known = last.Inputs[i];
            var file = new FileInfo(files[i].File);
            if (known.Source != files[i].Source || known.Uri != files[i].File || known.ModifiedAt is not { } modified
                || !file.Exists || file.Length != known.Bytes || file.LastWriteTimeUtc != modified.UtcDateTime || modified + Step > last.HashedAt)
            {
                return null;
            }
        }

        return last.Inputs;
    }

    /// <summary>Reads and hashes the files of a partition.</summary>
    public static async Task<IReadOnlyList<SourceFile>> HashAsync(List<(string Source, string File)> files, CancellationToken cancellationToken)
    {
        var inputs = new List<SourceFile>(files.Count);
        foreach (var (source, file) in files)
        {
            await using var stream = File.OpenRead(file);
            var modified = new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
            inputs.Add(new SourceFile(source, file, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken))) { ModifiedAt = modified });
        }

        return inputs;
    }

    /// <summary>SHA-256 over source, file name, size and content of every input.</summary>
    public static string Fingerprint(IReadOnlyList<SourceFile> inputs) =>
        Hash(string.Join('\n', inputs.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Source}|{Path.GetFileName(i.Uri)}|{i.Bytes}|{i.Sha256}"))));

    /// <summary>SHA-256 of a text in lower-case hex.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
