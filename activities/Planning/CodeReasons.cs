using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Planning;

/// <summary>What changed since a run's code, as reasons that all partitions of that code share.</summary>
internal sealed record CodeReasons(IReadOnlyList<RunReason> Reasons, IReadOnlyList<DatasetChange> Changes)
{
    /// <summary>The reason of partitions that never ran.</summary>
    public static IReadOnlyList<RunReason> Missing { get; } = [new RunReason(RunReasonKind.Missing)];

    /// <summary>Nothing changed.</summary>
    public static CodeReasons None { get; } = new([], []);

    /// <summary>The reasons.</summary>
    /// <param name="old">The run's code; null when it was not kept.</param>
    /// <param name="spec">The pipeline now.</param>
    public static CodeReasons Of(CodeSnapshot? old, PipelineSpec spec)
    {
        if (old is null)
        {
            return new([new RunReason(RunReasonKind.CodeChanged)], []);
        }

        var changes = new CodeComparison(old, spec).Compare();
        var reasons = changes.Where(c => c.Own.Count > 0)
            .Select(c => new RunReason(c.IsCode ? RunReasonKind.CodeChanged : RunReasonKind.ContractChanged, c.Dataset, $"({string.Join("; ", c.Own)})"))
            .Concat(old.Datasets.Where(d => spec.Datasets.All(s => s.Name != d.Name)).Select(d => new RunReason(RunReasonKind.CodeChanged, d.Name, "is gone")))
            .ToArray();

        // What it makes is shown to be what it made: no reason to make it again.
        if (changes.Count > 0 && changes.All(c => c.Category == ChangeCategory.None) && old.Datasets.All(d => spec.Datasets.Any(s => s.Name == d.Name)))
        {
            return new([], changes);
        }

        // The order of datasets, or a name, is all that is left to differ.
        return new(reasons.Length > 0 ? reasons : [new RunReason(RunReasonKind.CodeChanged)], changes);
    }
}
