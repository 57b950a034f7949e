using System.Globalization;
using Lakehouse;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Maintenance;

/// <summary>Looks at a pipeline's tables and tells what their policies ask for. Reads only.</summary>
internal sealed class MaintenancePlanner(PipelineSpec spec, LakeRoot lake)
{
    public async Task<IReadOnlyList<MaintainTable>> RunAsync(MaintainRequest request, CancellationToken cancellationToken)
    {
        var tables = new List<MaintainTable>();
        foreach (var dataset in Chosen(request.Dataset))
        {
            string[] names = [dataset.Name, Lake.QuarantineOf(dataset.Name)];
            foreach (var name in names)
            {
                if (await lake.Tables.Table(name).HeadAsync(cancellationToken) is { } head)
                {
                    tables.Add(await LookAsync(dataset, name, head, cancellationToken));
                }
            }
        }

        return tables;
    }

    private IEnumerable<Dataset> Chosen(string? name) => name is null ? spec.Datasets
        : spec.Datasets.FirstOrDefault(d => d.Name == name) is { } dataset ? [dataset]
        : throw new ApplicationFailureException(
            $"Pipeline '{spec.Name}' has no dataset '{name}': expected one of {string.Join(", ", spec.Datasets.Select(d => d.Name))}. Help: correct the dataset's name.", ErrorTypes.NoInput, nonRetryable: true);

    private async Task<MaintainTable> LookAsync(Dataset dataset, string name, DeltaSnapshot head, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(name);
        var tiers = new PartitionTiers(spec, dataset, lake);
        var problems = tiers.Missing().Concat(Refusals(dataset)).ToList();
        var retention = new PartitionRetention(spec, dataset, lake.Time);
        var expired = retention.Expired(head).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(retention.Unknown(head));
        var retired = head.FilesOf(expired);
        var compaction = CompactionChoice.Of(head, dataset.Maintain, name == dataset.Name, expired);
        var orphans = await table.SweepOrphansAsync(dryRun: true, cancellationToken);
        VacuumResult? vacuum = null;
        try
        {
            vacuum = await table.VacuumAsync(await new VacuumWindow(spec, lake).OptionsAsync(dataset, dryRun: true, cancellationToken), cancellationToken);
            vacuum = await WithoutAsync(table.Path, vacuum, orphans, cancellationToken);
        }
        catch (LakehouseException e) when (!e.IsTransient)
        {
            // A table that others' writers have made in a way we do not vacuum: the other steps can still be done.
            problems.Add(e.Message);
        }

        MaintainStep?[] steps =
        [
            retired.Count == 0 ? null : new MaintainStep { Kind = MaintainStepKind.Retire, Partitions = expired.Count, Files = retired.Count, Bytes = retired.Sum(f => f.Size) },
            compaction.Count == 0 ? null : new MaintainStep { Kind = MaintainStepKind.Compact, Partitions = compaction.Count, Files = compaction.Sum(c => c.Files), Bytes = compaction.Sum(c => c.Bytes) },
            PartitionTiers.Step(head, [.. (await tiers.FindAsync(table, head, cancellationToken)).Select(m => m.File).Where(f => !expired.Contains(head.PartitionOf(f)!))]),
            TableMaintenance.Deletion(MaintainStepKind.Sweep, orphans),
            vacuum is null ? null : TableMaintenance.Deletion(MaintainStepKind.Vacuum, vacuum),
        ];
        var found = steps.OfType<MaintainStep>().ToList();
        if (found.Exists(s => s.Kind is not (MaintainStepKind.Sweep or MaintainStepKind.Tier)) || !await HasCheckpointAsync(table.Path, head.Version, cancellationToken))
        {
            found.Add(new MaintainStep { Kind = MaintainStepKind.Checkpoint, Files = 1 });
        }

        return new MaintainTable { Dataset = dataset.Name, Table = name, Version = head.Version, Steps = found, Problems = problems };
    }

    /// <summary>What is left to the vacuum when the sweep has been there before it.</summary>
    private async Task<VacuumResult> WithoutAsync(string path, VacuumResult vacuum, VacuumResult swept, CancellationToken cancellationToken)
    {
        var (bytes, files) = (vacuum.Bytes, vacuum.Files.Except(swept.Files, StringComparer.Ordinal).ToArray());
        foreach (var shared in vacuum.Files.Intersect(swept.Files, StringComparer.Ordinal))
        {
            bytes -= (await lake.Store.HeadAsync($"{path}/{shared}", cancellationToken))?.Bytes ?? 0;
        }

        return vacuum with { Files = files, Bytes = bytes };
    }

    private IEnumerable<string> Refusals(Dataset dataset)
    {
        if (dataset.Maintain.Retention is not null && !spec.Partitioning.Unit.HasTime())
        {
            yield return $"'{dataset.Name}' asks for 'maintain.retention', and partitions of unit '{spec.Partitioning.Unit.ToString().ToLowerInvariant()}' have no time: none is ever old. Help: remove the key.";
        }
    }

    private async Task<bool> HasCheckpointAsync(string path, long version, CancellationToken cancellationToken)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{path}/_delta_log/{version:D20}.checkpoint.");
        return await lake.Store.EnumerateAsync(prefix, null, cancellationToken).AnyAsync(cancellationToken);
    }
}
