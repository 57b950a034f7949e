using Lakehouse;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>Landed bytes to staged and audited text rows; records that cannot become rows are kept aside.</summary>
internal sealed class LoadStep(PipelineSpec spec, LakeRoot lake, Attempts attempts)
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
        Step.Enter("load");
        long records = 0;
        foreach (var file in files)
        {
            records += await attempt.LoadAsync(file.LandedPath, file.ArrivedAt, file.Input.Uri, file.Input.Sha256, cancellationToken);
        }

        Step.Enter("stage");
        var staged = await attempt.StageAsync(cancellationToken);
        FailPoint.Hit("load.staged");
        return attempts.Result(request.Plan, dataset, staged, partitions, records, [.. references.Select(r => r.Table?.Pinned).OfType<PinnedTable>()]);
    }
}
