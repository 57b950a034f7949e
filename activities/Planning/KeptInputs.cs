using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Activities.Planning;

/// <summary>Files that were published and have been deleted at their source since. Bronze loses nothing: they stay inputs of their partition, and are read where they were landed.</summary>
internal sealed class KeptInputs(PipelineSpec spec)
{
    /// <summary>Those of the last run that are not there any more; none when it published nothing, as then nothing of theirs can go.</summary>
    public IReadOnlyList<SourceFile> Of(List<(string Source, FoundFile File)> files, LedgerFact? last)
    {
        if (last is not { Status: RunStatus.Published, Inputs.Count: > 0 })
        {
            return [];
        }

        var there = files.Select(f => InputReasons.Key(f.Source, spec.Sources[f.Source].Path.NameOf(f.File.Uri))).ToHashSet(StringComparer.Ordinal);
        return [.. last.Inputs.Where(i => i.ArrivedAt is not null && !there.Contains(InputReasons.Key(i)) && spec.Sources.TryGetValue(i.Source, out var source) && source.Deleted is DeletedFiles.Keep)];
    }

    /// <summary>
    /// Why a partition cannot be made from what lies there: a file of its last run is deleted, and its source has another name now, so that nothing says any more that its rows stay. Null when there is none.
    /// </summary>
    /// <returns><see cref="ErrorTypes.SourceRenamed"/> for the dataset that the new source is loaded into.</returns>
    public static Refusal? Forgotten(PipelineSpec spec, PartitionState state)
    {
        SourceFile[] unknown = [.. (state.Last?.Inputs ?? []).Where(i => i.ArrivedAt is not null && !spec.Sources.ContainsKey(i.Source))];
        if (unknown.Length == 0 || state.Last!.Status is not RunStatus.Published)
        {
            return null;
        }

        var before = state.Last.Inputs.Select(i => i.Source).ToHashSet(StringComparer.Ordinal);
        var dataset = spec.Datasets.FirstOrDefault(d => d.Source is { } s && spec.Sources[s].Deleted is DeletedFiles.Keep && !before.Contains(s) && state.Inputs.Any(i => i.Source == s));
        return dataset is null || unknown.FirstOrDefault(u => state.Inputs.All(i => i.Sha256 != u.Sha256 && SourceScan.NameOf(i) != SourceScan.NameOf(u))) is not { } lost ? null : new Refusal(
            dataset.Name,
            ErrorTypes.SourceRenamed,
            $"Partition '{state.Partition}' has rows of '{lost.Uri}', a deleted file of source '{lost.Source}', and pipeline '{spec.Name}' reads source '{dataset.Source}' instead: they would go. "
                + $"Help: call the source '{lost.Source}' again, put the file back, or say 'deleted: remove' at source '{dataset.Source}'.");
    }

    /// <summary>All inputs of a partition, in the order in which they are loaded. What lies there under another name now was moved, not deleted.</summary>
    public static IReadOnlyList<SourceFile> With(IReadOnlyList<SourceFile> there, IReadOnlyList<SourceFile> kept) => kept.Count == 0 ? there
        : [.. there.Concat(kept.Where(k => there.All(t => t.Sha256 != k.Sha256))).OrderBy(i => i.Source, StringComparer.Ordinal).ThenBy(i => i.Uri, StringComparer.Ordinal)];
}
