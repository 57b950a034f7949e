using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Activities;

/// <summary>One partition that has or had sources, and whether it needs a run.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Inputs">Its source files.</param>
/// <param name="InputFingerprint">SHA-256 over them.</param>
/// <param name="ReasonToRun">Why it must run; null when it is up to date.</param>
public sealed record PartitionState(PartitionKey Partition, IReadOnlyList<SourceFile> Inputs, string InputFingerprint, string? ReasonToRun)
{
    /// <summary>All that <see cref="ReasonToRun"/> stands on; empty when it is up to date.</summary>
    public IReadOnlyList<RunReason> Reasons { get; init; } = [];

    /// <summary>What the ledger says of it; null when it never ran.</summary>
    public LedgerFact? Last { get; init; }

    /// <summary>Those of <see cref="Inputs"/> that are deleted at their source: they are read where they were landed.</summary>
    public IReadOnlyList<SourceFile> Gone { get; init; } = [];

    /// <summary>Source files that have other bytes than those of the last run and say the same: no reason to run.</summary>
    public IReadOnlyList<string> EqualValues { get; init; } = [];
}

/// <summary>Compares what the sources hold with what the ledger says. Changes nothing but its own compact copy of the ledger.</summary>
/// <param name="spec">The pipeline.</param>
/// <param name="lake">The lake with the ledger.</param>
/// <param name="time">Tells when a file was read. Default: the system's clock.</param>
public sealed class PartitionPlanner(PipelineSpec spec, LakeRoot lake, TimeProvider? time = null)
{
    private const int ReadsAtOnce = 8;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SourceScan _sources = new(spec);
    private readonly InputValues _values = new(spec);
    private readonly KeptInputs _kept = new(spec);

    /// <summary>Fingerprint of everything that decides what a run makes of its inputs: specification, models, contracts, engine.</summary>
    public string CodeFingerprint { get; } = CodeSnapshots.FingerprintOf(spec);

    /// <summary>Every partition that a source has a file for or had one whose rows stay, or without sources an input has rows for, in order, and the files that belong to none. The ledger is listed once; files are read only when their size or time has moved.</summary>
    public async Task<(IReadOnlyList<PartitionState> States, IReadOnlyList<IgnoredFile> Ignored)> StatesAsync(CancellationToken cancellationToken)
    {
        var survey = await SurveyAsync(readAll: false, cancellationToken);
        return (survey.States, survey.Ignored);
    }

    /// <summary>One partition's state, its files read whatever their times say; null when no source has a file for it, and without sources no input rows.</summary>
    public async Task<PartitionState?> StateAsync(PartitionKey partition, CancellationToken cancellationToken)
    {
        var files = await _sources.FilesOfAsync(partition, cancellationToken);
        var last = await lake.ReadLedgerAsync(spec.Name, partition.Value, cancellationToken) is { } entry
            ? LedgerFact.Of(entry, "").MarkedBy(await lake.Stale.FindAsync(spec.Name, partition.Value, entry.RunId, cancellationToken))
            : null;
        var inputs = await _sources.HashAsync(files, last, isSurvey: false, cancellationToken);
        if (inputs.Count == 0 && (spec.Sources.Count > 0 || !(await InputPartitions.FindAsync(spec, lake, _time.GetUtcNow(), cancellationToken)).Contains(partition)))
        {
            return null;
        }

        var upstream = await UpstreamChanges.ReadAsync(spec, lake, last is null ? [] : [last], cancellationToken);

        // A run needs to know that code changed, not what: comparing models is for plans.
        var code = last is null ? new Dictionary<string, CodeReasons>() : new Dictionary<string, CodeReasons> { [last.CodeFingerprint] = last.CodeFingerprint == CodeFingerprint ? CodeReasons.None : CodeReasons.Of(null, spec) };
        return State(partition, files, await _values.CompareAsync(inputs, last, cancellationToken), last, code, upstream);
    }

    /// <summary>States and what they stand on.</summary>
    /// <param name="readAll">Read every file, whatever its time says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<PlanSurvey> SurveyAsync(bool readAll, CancellationToken cancellationToken)
    {
        var reading = Task.Run(() => LedgerIndex.ReadAsync(lake, spec.Name, cancellationToken), cancellationToken);
        var (found, ignored) = await _sources.DiscoverAsync(cancellationToken);
        var partitions = spec.Sources.Count > 0 ? found : [.. (await InputPartitions.FindAsync(spec, lake, _time.GetUtcNow(), cancellationToken)).Select(p => new PartitionFiles(p, []))];
        var index = await reading;
        var looks = Looks(partitions, index, readAll);
        var upstream = await UpstreamChanges.ReadAsync(spec, lake, index.Facts.Values, cancellationToken);
        var code = await CodeReasonsAsync(index.Facts.Values.Select(f => f.CodeFingerprint).Distinct(StringComparer.Ordinal), cancellationToken);
        ignored = [.. ignored, .. await HashMovedAsync(looks, cancellationToken)];
        looks.RemoveAll(l => l.Inputs!.Count == 0 && spec.Sources.Count > 0);
        var states = new List<PartitionState>(looks.Count);
        foreach (var look in looks)
        {
            var inputs = look.HashedAt is null ? look.Inputs! : await _values.CompareAsync(look.Inputs!, look.Last, cancellationToken);
            var state = State(look.Of.Partition, look.Of.Files, inputs, look.Last, code, upstream);
            states.Add(state);
            if (look is { Last: { } last, HashedAt: { } at } && state.InputFingerprint == last.InputFingerprint)
            {
                index.Seen(last, inputs, at);
            }
        }

        await index.SaveAsync(cancellationToken);
        return new PlanSurvey(states, ignored, index, code.ToDictionary(c => c.Key, c => c.Value.Changes, StringComparer.Ordinal));
    }

    /// <summary>What there is to look at: partitions with files, and those of which no file is left and whose rows stay.</summary>
    private List<Look> Looks(IReadOnlyList<PartitionFiles> found, LedgerIndex index, bool readAll)
    {
        var looks = new List<Look>(found.Count);
        foreach (var files in found)
        {
            var last = index.Facts.GetValueOrDefault(files.Partition.Value);
            looks.Add(new Look(files, last) { Inputs = readAll ? null : _sources.Unmoved(files.Files, last) });
        }

        if (spec.Sources.Count == 0 || looks.Count(l => l.Last is not null) == index.Facts.Count)
        {
            return looks;
        }

        var there = found.Select(f => f.Partition.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var fact in index.Facts.Values.Where(f => !there.Contains(f.Partition)))
        {
            if (spec.Partitioning.Calendar.TryParse(fact.Partition, out var key) && spec.Partitioning.Contains(key) && _kept.Of([], fact).Count > 0)
            {
                looks.Add(new Look(new PartitionFiles(key, []), fact) { Inputs = _sources.Unmoved([], fact) });
            }
        }

        return [.. looks.OrderBy(l => l.Of.Partition)];
    }

    /// <summary>Reads files of which it is not known otherwise what they hold; several at once, as each answer of a store takes its time.</summary>
    /// <returns>Files that were listed and are not there, in order.</returns>
    private async Task<IReadOnlyList<IgnoredFile>> HashMovedAsync(IReadOnlyList<Look> looks, CancellationToken cancellationToken)
    {
        var gone = new ConcurrentBag<IgnoredFile>();
        await Parallel.ForEachAsync(
            looks.Where(l => l.Inputs is null),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (look, token) =>
            {
                look.HashedAt = _time.GetUtcNow();
                var listed = look.Of.Files.ToArray();
                look.Inputs = await _sources.HashAsync(look.Of.Files, look.Last, isSurvey: true, token);
                foreach (var (_, file) in listed.Except(look.Of.Files))
                {
                    gone.Add(new IgnoredFile(file.Uri, "it is a link to nothing, or went while it was looked at"));
                }
            });
        return [.. gone.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    /// <summary>Which of some codes would not make today what they made: a comment or another layout is no change.</summary>
    public async Task<IReadOnlySet<string>> StaleCodesAsync(IEnumerable<string> fingerprints, CancellationToken cancellationToken) =>
        (await CodeReasonsAsync(fingerprints, cancellationToken)).Where(c => c.Value.Reasons.Count > 0).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);

    private PartitionState State(
        PartitionKey partition, List<(string Source, FoundFile File)> files, IReadOnlyList<SourceFile> inputs, LedgerFact? last, IReadOnlyDictionary<string, CodeReasons> code, UpstreamChanges upstream)
    {
        // The same objects, or the same content: no need to hash the hashes of 100,000 partitions again.
        var fingerprint = last is not null && IsSame(inputs, last) ? last.InputFingerprint : SourceScan.Fingerprint(inputs);
        var reasons = ReasonsOf(inputs, fingerprint, last, code, upstream);
        return new PartitionState(partition, inputs, fingerprint, reasons.Count == 0 ? null : reasons[0].Words)
        {
            Reasons = reasons,
            Last = last,
            Gone = files.Count == inputs.Count ? [] : [.. inputs.Where(i => files.All(f => f.File.Uri != i.Uri))],
            EqualValues = last is null || ReferenceEquals(inputs, last.Inputs)
                ? []
                : [.. inputs.Where(i => last.Inputs.Any(l => InputReasons.Key(l) == InputReasons.Key(i) && InputReasons.SaysTheSame(l, i))).Select(i => i.Uri)],
        };
    }

    /// <summary>Whether the files say what those of the last run said.</summary>
    private static bool IsSame(IReadOnlyList<SourceFile> inputs, LedgerFact last) => ReferenceEquals(inputs, last.Inputs)
        || SourceScan.Fingerprint(inputs) == last.InputFingerprint
        || (last.CodeFingerprint.Length > 0 && InputReasons.Of(last.Inputs, inputs).Count == 0);

    private static IReadOnlyList<RunReason> ReasonsOf(
        IReadOnlyList<SourceFile> inputs, string fingerprint, LedgerFact? last, IReadOnlyDictionary<string, CodeReasons> code, UpstreamChanges upstream)
    {
        if (last is null)
        {
            return CodeReasons.Missing;
        }

        // A partition that never got as far as reading says nothing of inputs and code.
        var planned = last.CodeFingerprint.Length > 0;
        var changed = planned && last.InputFingerprint != fingerprint ? InputReasons.Of(last.Inputs, inputs) : [];
        var coded = planned ? code[last.CodeFingerprint].Reasons : [];
        IReadOnlyList<RunReason> newer = last.Reads.Count > 0 ? [.. upstream.Of(last)] : [];
        if (last.Status != RunStatus.Failed && changed.Count == 0 && last.Outdated.Length == 0 && newer.Count == 0)
        {
            return coded;
        }

        IEnumerable<RunReason> failed = last.Status == RunStatus.Failed ? [new RunReason(RunReasonKind.Failed, "", last.Failure)] : [];
        IEnumerable<RunReason> left = last.Outdated.Length > 0 ? [new RunReason(RunReasonKind.UpstreamNewer, "", last.Outdated)] : [];
        return [.. failed, .. changed, .. coded, .. left, .. newer];
    }

    /// <summary>What changed since each of some codes: compared once for each, not once for each partition.</summary>
    private async Task<IReadOnlyDictionary<string, CodeReasons>> CodeReasonsAsync(IEnumerable<string> fingerprints, CancellationToken cancellationToken)
    {
        var kept = new CodeSnapshots(lake);
        var reasons = new Dictionary<string, CodeReasons>(StringComparer.Ordinal);
        foreach (var fingerprint in fingerprints)
        {
            reasons[fingerprint] = fingerprint == CodeFingerprint
                ? CodeReasons.None
                : CodeReasons.Of(await kept.FindAsync(spec.Name, fingerprint, cancellationToken), spec);
        }

        return reasons;
    }

    /// <summary>A look at one partition.</summary>
    private sealed class Look(PartitionFiles of, LedgerFact? last)
    {
        public PartitionFiles Of { get; } = of;

        public LedgerFact? Last { get; } = last;

        /// <summary>Its inputs; null until its files have been read.</summary>
        public IReadOnlyList<SourceFile>? Inputs { get; set; }

        /// <summary>When its files began to be read; null when they were not.</summary>
        public DateTimeOffset? HashedAt { get; set; }
    }
}
