using Lakehouse;
using Lakehouse.Datasets;
using Lakehouse.Lineage;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Recording;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>Writes the ledger entry, the lineage and the lasting record of the run, and takes away what the run has staged but not published.</summary>
/// <param name="lake">The lake.</param>
/// <param name="spec">The pipeline as it ran; null when it cannot be read any more.</param>
/// <param name="facts">What the run's history tells.</param>
internal sealed class RecordStep(LakeRoot lake, PipelineSpec? spec, WorkflowFacts facts)
{
    public async Task RunAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        FailPoint.Hit("record.before-put");
        // First away with what nobody will read: on a full disk that makes the room the entry needs.
        if (entry.Result.Status == RunStatus.Failed)
        {
            await SweepAsync(entry.RunId, cancellationToken);
        }

        await lake.Store.DeleteFolderAsync(LakeRoot.StagingOf(entry.RunId), cancellationToken);

        var ended = entry.Result.Status != RunStatus.Skipped;
        var events = ended ? await new RunLineage(lake, spec).WriteAsync(entry, cancellationToken) : new Dictionary<string, LineageEvent>();
        var (path, isNewest) = await lake.Runs.KeepAsync(RunRecorder.Of(entry, spec, events, facts), cancellationToken);
        FailPoint.Hit("record.kept");
        await lake.Outbox.AddAsync(path, cancellationToken);
        FailPoint.Hit("record.noted");

        // The ledger last: whoever reads the entry finds what it belongs to. A worker that wakes up late leaves it to the run that came after.
        if (ended && isNewest)
        {
            await MarkStaleAsync(entry, cancellationToken);
            if (entry.Result.Status == RunStatus.Published)
            {
                await lake.Stale.ForgetAsync(entry.Result.Request.Pipeline, entry.Result.Request.Partition, cancellationToken);
            }

            await lake.WriteLedgerAsync(entry with { PublishedAt = await PublishedAtAsync(entry, cancellationToken) }, cancellationToken);
        }
    }

    /// <summary>
    /// Later partitions that were left to others to make again, though they read what has now changed: until one has done so, they count as older than what they read, whatever becomes of
    /// those others. What this run has made again of them counts no longer.
    /// </summary>
    private async Task MarkStaleAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        foreach (var reader in entry.TakenBack?.Readers ?? [])
        {
            await lake.Stale.MarkAsync(new StaleMark(reader.Pipeline, reader.Partition, reader.RunId, $"'{reader.Dataset}' of '{entry.Result.Request.Partition}' was taken back ({entry.TakenBack!.Reason}), and this partition was made from it"), cancellationToken);
        }

        var (request, made) = (entry.Result.Request, entry.Result.Datasets);
        if (spec is null || made.Count == 0)
        {
            return;
        }

        var madeAgain = made.Where(d => d.Partitions.Count > 1).SelectMany(d => d.Partitions.Select(p => PartitionValues.KeyOf(spec, spec.Dataset(d.Dataset), p)?.Value)).OfType<string>().Distinct();
        foreach (var partition in madeAgain.Where(p => p != request.Partition))
        {
            await lake.Stale.SettleAsync(request.Pipeline, partition, entry.Reads, cancellationToken);
        }

        foreach (var partition in LaterPartitions.Left(spec, request, spec.Graph.Reach))
        {
            if (await lake.ReadLedgerAsync(request.Pipeline, partition.Value, cancellationToken) is { Result.Status: RunStatus.Published } later
                && made.FirstOrDefault(d => later.Reads.Any(r => r.Dataset == d.Dataset && r.Version < d.Version && d.Partitions.Any(r.Holds))) is { } changed)
            {
                var reason = FormattableString.Invariant($"'{changed.Dataset}' of '{request.Partition}' was made again at version {changed.Version}, and this partition has not been since");
                FailPoint.Hit("record.before-mark");
                await lake.Stale.MarkAsync(new StaleMark(request.Pipeline, partition.Value, later.RunId, reason, new TableVersion(changed.Dataset, changed.Version)), cancellationToken);
            }
        }
    }

    /// <summary>A run that fails leaves what an earlier one has published.</summary>
    private async Task<DateTimeOffset?> PublishedAtAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Result.Status == RunStatus.Published)
        {
            return entry.EndedAt;
        }

        var before = await lake.ReadLedgerAsync(entry.Result.Request.Pipeline, entry.Result.Request.Partition, cancellationToken);
        return before?.PublishedAt ?? (before?.Result.Status == RunStatus.Published ? before.EndedAt : null);
    }

    /// <summary>Files of this run that were given their name in a table but that no commit names: the run failed in between.</summary>
    private async Task SweepAsync(string runId, CancellationToken cancellationToken)
    {
        foreach (var dataset in await lake.Tables.DatasetsAsync(cancellationToken))
        {
            var table = lake.Tables.Table(dataset);
            var head = (await table.HeadAsync(cancellationToken))!;
            var named = head.Files.Values.Select(f => f.DecodedPath).ToHashSet(StringComparer.Ordinal);
            var orphans = new List<string>();
            await foreach (var file in lake.Store.EnumerateAsync(table.Path + "/", null, cancellationToken))
            {
                var name = file.Path[(table.Path.Length + 1)..];
                if (name.Split('/')[^1].StartsWith(StagedPublish.FilePrefix(runId), StringComparison.Ordinal) && !named.Contains(name))
                {
                    orphans.Add(file.Path);
                }
            }

            await lake.Store.DeleteAsync(orphans, cancellationToken);
        }
    }
}
