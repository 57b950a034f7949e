using Orchestrator.Activities.Contracts;
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

    /// <summary>All inputs of a partition, in the order in which they are loaded. What lies there under another name now was moved, not deleted.</summary>
    public static IReadOnlyList<SourceFile> With(IReadOnlyList<SourceFile> there, IReadOnlyList<SourceFile> kept) => kept.Count == 0 ? there
        : [.. there.Concat(kept.Where(k => there.All(t => t.Sha256 != k.Sha256))).OrderBy(i => i.Source, StringComparer.Ordinal).ThenBy(i => i.Uri, StringComparer.Ordinal)];
}
