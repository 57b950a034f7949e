using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;
using Lakehouse.Tables.Operations;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Maintenance;

/// <summary>
/// Does one step to one table. It looks again at what there is to do, so a step that was cut short goes on where it stood; what it committed is counted from the
/// table's log, so nothing that an earlier attempt did is missing in the report.
/// </summary>
internal sealed class TableMaintenance(PipelineSpec spec, LakeRoot lake, DuckDbPool engines)
{
    /// <summary>Input of one commit of a compaction: what is lost when the process dies in between.</summary>
    private const long BytesPerCommit = 1L << 30;

    public async Task<MaintainStep?> RunAsync(MaintainStepRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Table.Dataset);
        var table = lake.Tables.Table(request.Table.Table);
        var done = request.Kind switch
        {
            MaintainStepKind.Retire => await RetireAsync(request, dataset, table, cancellationToken),
            MaintainStepKind.Compact => await CompactAsync(request, dataset, table, cancellationToken),
            MaintainStepKind.Tier => await new PartitionTiers(spec, dataset, lake).MoveAsync(table, cancellationToken),
            MaintainStepKind.Sweep => Deletion(request.Kind, await table.SweepOrphansAsync(dryRun: false, cancellationToken)),
            MaintainStepKind.Vacuum => await VacuumAsync(dataset, table, cancellationToken),
            _ => await table.WriteCheckpointAsync(cancellationToken) is { } version ? new MaintainStep { Kind = request.Kind, Files = 1, Version = version } : null,
        };
        FailPoint.Hit($"maintain.after-{request.Kind.ToString().ToLowerInvariant()}");
        return done;
    }

    /// <summary>What a vacuum or a sweep did, or would do; null when that is nothing.</summary>
    public static MaintainStep? Deletion(MaintainStepKind kind, VacuumResult result) =>
        result.Files.Count == 0 ? null : new MaintainStep { Kind = kind, Files = result.Files.Count, Bytes = result.Bytes, Spared = result.Spared };

    private async Task<MaintainStep?> RetireAsync(MaintainStepRequest request, Dataset dataset, DeltaTable table, CancellationToken cancellationToken)
    {
        var retention = new PartitionRetention(spec, dataset, lake.Time);
        await table.TransactAsync(
            (transaction, _) =>
            {
                var head = transaction.Snapshot;
                var expired = retention.Expired(head).ToHashSet(StringComparer.Ordinal);
                var files = expired.Count == 0 ? [] : transaction.ReadFiles(f => head.PartitionOf(f) is { } p && expired.Contains(p));
                foreach (var file in files)
                {
                    transaction.Remove(file);
                }

                return Task.FromResult(files.Count == 0 ? null : new CommitDescription
                {
                    Operation = "DELETE",
                    Parameters = new JsonObject { ["predicate"] = $"[\"maintain.retention: {string.Join(", ", expired.Order(StringComparer.Ordinal))}\"]" },
                    Metrics = new Dictionary<string, long> { ["numRemovedFiles"] = files.Count, ["numRemovedBytes"] = files.Sum(f => f.Size) },
                    Info = Info(request),
                });
            },
            cancellationToken: cancellationToken);
        return await CommittedAsync(request, table, "DELETE", cancellationToken);
    }

    private async Task<MaintainStep?> CompactAsync(MaintainStepRequest request, Dataset dataset, DeltaTable table, CancellationToken cancellationToken)
    {
        var (policy, isOwn) = (dataset.Maintain, request.Table.Table == dataset.Name);
        var head = (await table.HeadAsync(cancellationToken))!;
        var chosen = CompactionChoice.Of(head, policy, isOwn, new PartitionRetention(spec, dataset, lake.Time).Expired(head).ToHashSet(StringComparer.Ordinal));
        using var files = lake.Tables.OpenFiles();
        using var connection = engines.Rent(new DuckDbConfinement
        {
            Limits = new DuckDbOptions { MemoryLimitBytes = spec.Limits.MemoryBytes, Threads = spec.Limits.Threads, MaxTempDirectoryBytes = spec.Limits.SpillBytes },
            Folders = files.FoldersOf([table.Path]),
            SpillRoot = files.SpillRoot,
        });
        await using var operations = new TableOperations(table, connection, files, new TableOperationOptions { Info = Info(request) });
        foreach (var batch in Batches(chosen))
        {
            await operations.CompactAsync(
                new CompactRequest
                {
                    TargetBytes = policy.TargetFileBytes,
                    Partitions = batch,
                    SortBy = isOwn && policy.ClusterBy.Count == 1 ? policy.ClusterBy : [],
                    ZOrderBy = isOwn && policy.ClusterBy.Count > 1 ? policy.ClusterBy : [],
                },
                cancellationToken);
            FailPoint.Hit("maintain.after-compact-commit");
        }

        return await CommittedAsync(request, table, "OPTIMIZE", cancellationToken);
    }

    private async Task<MaintainStep?> VacuumAsync(Dataset dataset, DeltaTable table, CancellationToken cancellationToken)
    {
        var options = await new VacuumWindow(spec, lake).OptionsAsync(dataset, dryRun: true, cancellationToken);
        var found = await table.VacuumAsync(options, cancellationToken);

        // A vacuum tells the log that it begins and ends: one that finds nothing must not make versions.
        return Deletion(MaintainStepKind.Vacuum, found.Files.Count == 0 ? found : await table.VacuumAsync(options with { DryRun = false }, cancellationToken));
    }

    /// <summary>What this run's commits of an operation have done since it was planned, whichever attempt made them.</summary>
    private static async Task<MaintainStep?> CommittedAsync(MaintainStepRequest request, DeltaTable table, string operation, CancellationToken cancellationToken)
    {
        var head = (await table.HeadAsync(cancellationToken))!;
        DeltaCommit[] own = [.. (await table.CommitsAsync(request.Table.Version, head.Version, cancellationToken)).Where(c => (string?)c.Info?["runId"] == request.RunId && (string?)c.Info["operation"] == operation)];
        long Sum(string metric) => own.Sum(c => long.TryParse((string?)c.Info!["operationMetrics"]?[metric], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0);
        return own.Length == 0 ? null : new MaintainStep
        {
            Kind = request.Kind,
            Partitions = own.SelectMany(c => c.Actions.OfType<RemoveFile>()).Select(r => r.PartitionValues?.GetValueOrDefault(head.Metadata.PartitionColumns.FirstOrDefault() ?? "")).Distinct().Count(),
            Files = Sum("numRemovedFiles"),
            Bytes = Sum("numRemovedBytes"),
            NewFiles = Sum("numAddedFiles"),
            NewBytes = Sum("numAddedBytes"),
            Version = own[^1].Version,
        };
    }

    private static IEnumerable<IReadOnlyList<string>> Batches(IReadOnlyList<CompactionChoice> chosen)
    {
        var (batch, bytes) = (new List<string>(), 0L);
        foreach (var choice in chosen)
        {
            if (batch.Count > 0 && bytes + choice.Bytes > BytesPerCommit)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(choice.Partition);
            bytes += choice.Bytes;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static JsonObject Info(MaintainStepRequest request) => new() { ["workflowId"] = request.WorkflowId, ["runId"] = request.RunId };
}
