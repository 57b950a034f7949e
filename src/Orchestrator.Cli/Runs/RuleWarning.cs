using Orchestrator.Activities.Contracts;

namespace Orchestrator.Cli.Runs;

/// <summary>A rule that does not hold for rows that were published all the same: its severity, or the policy, lets them pass. Rows that were kept aside are counted as such and are none of these.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Partitions">Partitions of the batch in which it does not hold.</param>
/// <param name="Offenders">Rows or values that break it, where they can be counted.</param>
/// <param name="Last">The last of the partitions.</param>
internal sealed record RuleWarning(string Dataset, string Rule, string Severity, int Partitions, long Offenders, string Last)
{
    public static IReadOnlyList<RuleWarning> Of(IReadOnlyList<RunOutcome> published) =>
    [
        .. from outcome in published
           from dataset in outcome.Result!.Datasets
           from rule in dataset.Rules
           where !rule.Passed && (rule.Published ?? rule.Severity == "warning")
           group (outcome.Partition, rule) by (dataset.Dataset, rule.Rule, rule.Severity) into broken
           select new RuleWarning(broken.Key.Dataset, broken.Key.Rule, broken.Key.Severity, broken.Count(), broken.Sum(b => b.rule.Offenders), broken.Select(b => b.Partition).Max(StringComparer.Ordinal)!),
    ];
}
