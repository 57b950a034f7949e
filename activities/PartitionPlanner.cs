using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.DuckDb;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Activities;

/// <summary>One partition that has sources, and whether it needs a run.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Inputs">Its source files.</param>
/// <param name="InputFingerprint">SHA-256 over them.</param>
/// <param name="ReasonToRun">Why it must run; null when it is up to date.</param>
public sealed record PartitionState(PartitionKey Partition, IReadOnlyList<SourceFile> Inputs, string InputFingerprint, string? ReasonToRun);

/// <summary>Compares what the sources hold with what the ledger says. Reads only.</summary>
/// <param name="spec">The pipeline.</param>
/// <param name="lake">The lake with the ledger.</param>
public sealed class PartitionPlanner(PipelineSpec spec, LakeRoot lake)
{
    /// <summary>Fingerprint of everything that decides what a run makes of its inputs: specification, models, contracts, engine.</summary>
    public string CodeFingerprint { get; } = Hash(spec.Fingerprint + "\n" + DuckDbLibrary.Version);

    /// <summary>Every partition that a source has a file for, in order, and the files that belong to none.</summary>
    public async Task<(IReadOnlyList<PartitionState> States, IReadOnlyList<IgnoredFile> Ignored)> StatesAsync(CancellationToken cancellationToken)
    {
        var (found, ignored) = Discover();
        var states = new List<PartitionState>();
        foreach (var (partition, files) in found)
        {
            states.Add(await StateAsync(partition, files, cancellationToken));
        }

        return (states, ignored);
    }

    /// <summary>One partition's state; null when no source has a file for it.</summary>
    public async Task<PartitionState?> StateAsync(PartitionKey partition, CancellationToken cancellationToken) =>
        Discover().Found.TryGetValue(partition, out var files) ? await StateAsync(partition, files, cancellationToken) : null;

    private (SortedDictionary<PartitionKey, List<(string Source, string File)>> Found, List<IgnoredFile> Ignored) Discover()
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
                    found[partition.Partition] = files = [];
                }

                files.AddRange(partition.Files.Select(f => (source.Name, f)));
            }
        }

        return (found, ignored);
    }

    private async Task<PartitionState> StateAsync(PartitionKey partition, List<(string Source, string File)> files, CancellationToken cancellationToken)
    {
        var inputs = new List<SourceFile>();
        foreach (var (source, file) in files)
        {
            await using var stream = File.OpenRead(file);
            inputs.Add(new SourceFile(source, file, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken))));
        }

        var fingerprint = Hash(string.Join('\n', inputs.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Source}|{Path.GetFileName(i.Uri)}|{i.Bytes}|{i.Sha256}"))));
        var last = await lake.ReadLedgerAsync(spec.Name, partition.Value, cancellationToken);
        return new PartitionState(partition, inputs, fingerprint, ReasonToRun(last, fingerprint));
    }

    private string? ReasonToRun(LedgerEntry? last, string inputFingerprint) => last switch
    {
        null => "missing",
        { Result.Status: RunStatus.Failed } => "the last run failed",
        _ when last.InputFingerprint != inputFingerprint => "inputs changed",
        _ when last.CodeFingerprint != CodeFingerprint => "code changed",
        _ => null,
    };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
