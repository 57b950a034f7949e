using Lakehouse;
using Lakehouse.Contracts;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Redriving;

/// <summary>Tells a request for rows that are no longer kept aside from one with a name that nobody knows.</summary>
internal sealed class UnknownRows(PipelineSpec spec, LakeRoot lake)
{
    private const int PartitionsLookedAt = 20;

    /// <summary>Prefixes of the reasons for which records of files are no rows: they are no rules of a contract, and named by nothing once no row has them.</summary>
    private static readonly string[] Reasons = ["csv.", "json.", "parquet."];

    /// <summary>Refuses a partition that the pipeline does not have, and a rule that no row breaks which is kept aside and no run of the newest partitions has looked at.</summary>
    /// <param name="request">What was asked for, and of which no row is kept aside.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApplicationFailureException">Nobody knows the partition or the rule.</exception>
    public async Task RefuseAsync(RedriveRequest request, CancellationToken cancellationToken)
    {
        if (request.Partition is null && request.Rule is null)
        {
            return;
        }

        var facts = (await LedgerIndex.ReadAsync(lake, spec.Name, cancellationToken)).Facts;
        if (request.Partition is { } partition && !facts.ContainsKey(partition) && !await HasAsync(partition, cancellationToken))
        {
            throw Unknown("partition", partition, facts.Keys, $"'orchestrator partitions {spec.Name}' lists those there are");
        }

        if (request.Rule is { } rule && !Reasons.Any(r => rule.StartsWith(r, StringComparison.Ordinal)))
        {
            var known = await RulesAsync(request, facts.Values, cancellationToken);
            if (!known.Contains(rule))
            {
                throw Unknown("rule", rule, known, $"'orchestrator quarantine list --pipeline {spec.Name}' lists those that rows break");
            }
        }
    }

    private async Task<bool> HasAsync(string partition, CancellationToken cancellationToken) =>
        spec.Partitioning.Calendar.TryParse(partition, out var key) && await new PartitionPlanner(spec, lake).StateAsync(key, cancellationToken) is not null;

    /// <summary>Rules of the datasets that are asked for: those that rows break which are kept aside, and those that runs of the newest partitions have looked at, also such as the contract no longer has.</summary>
    private async Task<IReadOnlySet<string>> RulesAsync(RedriveRequest request, IEnumerable<LedgerFact> facts, CancellationToken cancellationToken)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var dataset in spec.Datasets.Where(d => request.Dataset is null || d.Name == request.Dataset))
        {
            var table = Lake.QuarantineOf(dataset.Name);
            if (await lake.VersionAsync(table, cancellationToken) is { } version)
            {
                var found = await lake.QueryAsync($"SELECT DISTINCT unnest({QuarantineSql.Rules}) FROM {QuarantineSql.At(table, version)}", cancellationToken);
                known.UnionWith(found.Rows.Select(r => (string?)r[0]).OfType<string>());
            }
        }

        foreach (var fact in facts.Where(f => f.Status is RunStatus.Published).OrderByDescending(f => f.EndedAt).Take(PartitionsLookedAt))
        {
            var runs = await lake.Runs.OfPartitionAsync(spec.Name, fact.Partition, cancellationToken);
            known.UnionWith(runs.SelectMany(r => r.Entry.Result.Datasets).Where(d => request.Dataset is null || d.Dataset == request.Dataset).SelectMany(d => d.Rules).Select(r => r.Rule));
        }

        return known;
    }

    private ApplicationFailureException Unknown(string what, string name, IEnumerable<string> known, string otherwise) =>
        new($"Pipeline '{spec.Name}' has no {what} '{name}'. Help: {DidYouMean.Question(name, known) ?? otherwise + "."}", ErrorTypes.NoInput, nonRetryable: true);
}
