using System.Globalization;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Redriving;

/// <summary>What became of rows that were kept aside: fixed or still failing, by rule and partition, and whether every row is accounted for.</summary>
internal sealed class QuarantineComparison(LakeRoot lake)
{
    public async Task<RedriveReport> RunAsync(RedriveComparison comparison, CancellationToken cancellationToken)
    {
        var (outcomes, balances, problems) = (new List<RedriveOutcome>(), new List<RedriveBalance>(), comparison.Plan.Problems.ToList());
        foreach (var table in comparison.Plan.Tables)
        {
            outcomes.AddRange(await CompareAsync(table, cancellationToken));
        }

        foreach (var table in comparison.Plan.Others)
        {
            outcomes.AddRange((await CompareAsync(table, cancellationToken)).Where(o => o.New > 0));
        }

        foreach (var partition in comparison.Plan.Partitions)
        {
            var last = await lake.ReadLedgerAsync(comparison.Request.Pipeline, partition, cancellationToken);
            if (last is null or { Result.Status: RunStatus.Failed })
            {
                problems.Add($"Partition '{partition}' was not published again, its rows are as they were: {last?.Result.Reason ?? "nobody recorded a run"}");
                continue;
            }

            var before = comparison.Plan.Before.GetValueOrDefault(partition, []);
            balances.AddRange(last.Result.Datasets.Select(d => new RedriveBalance(d.Dataset, partition, before.FirstOrDefault(b => b.Dataset == d.Dataset)?.Counts, d.Counts)));
        }

        problems.AddRange(balances.Where(b => !b.After.Balanced()).Select(b =>
            $"'{b.Dataset}' of partition '{b.Partition}': {b.After.Read} rows came in, {b.After.Published} published + {b.After.Quarantined} quarantined + {b.After.Dropped.Values.Sum()} dropped by rule. Help: look at the run with 'orchestrator show'."));
        return new RedriveReport { Phase = "completed", Partitions = comparison.Plan.Partitions.Count, Outcomes = outcomes, Balances = balances, Problems = problems };
    }

    private async Task<IEnumerable<RedriveOutcome>> CompareAsync(RedriveTable table, CancellationToken cancellationToken)
    {
        if ((await lake.VersionAsync(table.Table, cancellationToken) ?? table.Version) is not (>= 0 and var now))
        {
            return [];
        }

        async Task<ILookup<string, RedriveRule>> ReadAsync(bool byRule)
        {
            var sql = QuarantineSql.Compare(table.Version < 0 ? QuarantineSql.NothingOf(table.Table, now) : QuarantineSql.At(table.Table, table.Version), QuarantineSql.At(table.Table, now), table.Partitions, byRule);
            return (await lake.QueryAsync(sql, cancellationToken)).Rows.ToLookup(
                r => (string)r[0]!,
                r => new RedriveRule((string)r[1]!, Number(r[2]), Number(r[3]), Number(r[4]), Number(r[5])));
        }

        var (rows, rules) = (await ReadAsync(byRule: false), await ReadAsync(byRule: true));
        return rows.SelectMany(p => p.Select(all => new RedriveOutcome(table.Dataset, p.Key, all.Before, all.Fixed, all.StillFailing, all.New, [.. rules[p.Key]])));
    }

    private static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
