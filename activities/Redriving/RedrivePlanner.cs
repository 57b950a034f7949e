using Lakehouse;
using Lakehouse.DuckDb;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Redriving;

/// <summary>Finds the partitions whose rows are to be held against the contracts again.</summary>
internal sealed class RedrivePlanner(PipelineSpec spec, LakeRoot lake)
{
    public async Task<RedrivePlan> RunAsync(RedriveRequest request, CancellationToken cancellationToken)
    {
        if (request.Dataset is { } name && spec.Datasets.All(d => d.Name != name))
        {
            throw new ApplicationFailureException(
                $"Pipeline '{spec.Name}' has no dataset '{name}': expected one of {string.Join(", ", spec.Datasets.Select(d => d.Name))}. Help: correct the dataset's name.", ErrorTypes.NoInput, nonRetryable: true);
        }

        var (tables, keys, problems) = (new List<RedriveTable>(), new SortedSet<PartitionKey>(), new List<string>());
        foreach (var dataset in spec.Datasets.Where(d => request.Dataset is null || d.Name == request.Dataset))
        {
            var table = Lake.QuarantineOf(dataset.Name);
            if (await lake.VersionAsync(table, cancellationToken) is not { } version)
            {
                continue;
            }

            var open = new List<string>();
            foreach (var value in await OpenAsync(QuarantineSql.At(table, version), request, cancellationToken))
            {
                var known = PartitionValues.KeyOf(spec, dataset, value);
                if (request.Partition is { } wanted && wanted != (known?.Value ?? value))
                {
                    continue;
                }

                if (known is { } key)
                {
                    open.Add(value);
                    keys.Add(key);
                }
                else
                {
                    problems.Add($"Rows of '{dataset.Name}' are kept aside under '{value}', which is no partition of pipeline '{spec.Name}': expected {spec.Partitioning.Calendar.Pattern}. Help: delete them by hand if nobody needs them.");
                }
            }

            if (open.Count > 0)
            {
                tables.Add(new RedriveTable(dataset.Name, table, version, open));
            }
        }

        if (keys.Count == 0 && problems.Count == 0)
        {
            await new UnknownRows(spec, lake).RefuseAsync(request, cancellationToken);
        }

        var planner = new PartitionPlanner(spec, lake);
        var (partitions, before) = (new List<string>(), new Dictionary<string, IReadOnlyList<RedriveCounts>>());
        foreach (var key in keys)
        {
            if (await planner.StateAsync(key, cancellationToken) is null)
            {
                problems.Add($"Partition '{key}' of pipeline '{spec.Name}' has rows that are kept aside, and no source file any more: they cannot be made again. Help: put the file back.");
                continue;
            }

            partitions.Add(key.Value);
            if (await lake.ReadLedgerAsync(spec.Name, key.Value, cancellationToken) is { Result.Status: RunStatus.Published } last)
            {
                before[key.Value] = [.. last.Result.Datasets.Select(d => new RedriveCounts(d.Dataset, d.Counts))];
            }
        }

        var others = new List<RedriveTable>();
        foreach (var dataset in spec.Datasets)
        {
            var table = Lake.QuarantineOf(dataset.Name);
            var looked = tables.FirstOrDefault(t => t.Dataset == dataset.Name);
            string[] rest = [.. keys.Where(k => partitions.Contains(k.Value)).Select(k => PartitionValues.Of(spec, dataset, k)).Except(looked?.Partitions ?? [])];
            if (rest.Length > 0)
            {
                others.Add(new RedriveTable(dataset.Name, table, looked?.Version ?? await lake.VersionAsync(table, cancellationToken) ?? -1, rest));
            }
        }

        return new RedrivePlan { Tables = tables, Others = others, Partitions = partitions, Problems = problems, Before = before };
    }

    private async Task<IReadOnlyList<string>> OpenAsync(string table, RedriveRequest request, CancellationToken cancellationToken)
    {
        var conditions = new List<string> { "\"partition\" IS NOT NULL" };
        if (request.Rule is { } rule)
        {
            conditions.Add($"list_contains({QuarantineSql.Rules}, {SqlIdentifier.Literal(rule)})");
        }

        var found = await lake.QueryAsync($"SELECT DISTINCT \"partition\" AS p FROM {table} WHERE {string.Join(" AND ", conditions)} ORDER BY p", cancellationToken);
        return [.. found.Rows.Select(r => (string)r[0]!)];
    }
}
