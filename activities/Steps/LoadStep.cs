using Lakehouse;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Windows;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Activities.Steps;

/// <summary>Landed bytes to staged and audited text rows; records that cannot become rows are kept aside.</summary>
internal sealed class LoadStep(PipelineSpec spec, LakeRoot lake, Attempts attempts, TimeSpan checkpointEvery)
{
    public async Task<StagedData> RunAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var files = request.Files.Where(f => f.Input.Source == dataset.Source).ToArray();
        var partition = spec.Partitioning.Calendar.Parse(request.Plan.Request.Partition);
        string[] partitions = [PartitionValues.Of(spec, dataset, partition)];
        var referred = new ReferredTables(spec, lake);
        var references = await referred.PinAsync(dataset, partition, [], cancellationToken);
        using var attempt = attempts.Open(request.Plan, dataset, partitions, files.Sum(f => f.Input.Bytes));
        await referred.GiveAsync(attempt, dataset, partitions, references, cancellationToken);
        if (files.Length == 0)
        {
            // Another source has a file for the partition.
            attempt.LoadNothing(cancellationToken);
        }

        var loaded = await new FileLoading(lake, checkpointEvery).RunAsync(attempt, request.Plan, files, cancellationToken);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var claims = new List<Task<ContentClaim?>>();
        foreach (var (input, file) in files.Select(f => f.Input).Zip(loaded))
        {
            if (file.ValueHash is not { } hash)
            {
                continue;
            }

            values[input.Uri] = hash;
            if (spec.WrongDay.SameContent is not QualityAction.Publish && file.Rows >= spec.WrongDay.LeastRows)
            {
                claims.Add(new ContentClaims(lake, spec.Partitioning.Calendar).ClaimAsync(request.Plan, input.Source, input.Uri, hash, cancellationToken));
            }
        }

        Step.Enter(PipelineActivities.Audit);
        var staged = await attempt.StageAsync(cancellationToken);
        FailPoint.Hit("load.staged");
        var result = attempts.Result(request.Plan, dataset, staged, partitions, loaded.Sum(f => f.Records), [.. references.Select(r => r.Table?.Pinned).OfType<PinnedTable>()]) with { Values = values };
        foreach (var claim in (await Task.WhenAll(claims)).OfType<ContentClaim>())
        {
            result = WrongDay.With(
                result,
                GateRules.SameContent,
                result.Counts.Read,
                $"a file of partition '{partition}' says what '{Path.GetFileName(claim.Uri)}' of partition '{claim.Partition}' says. Help: put the right file there, or approve if they are the same by chance.");
        }

        return WrongDay.CheckEvents(spec, dataset, partition, attempt, result, cancellationToken);
    }
}
