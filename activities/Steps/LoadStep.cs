using Lakehouse;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>Landed bytes to staged and audited text rows; records that cannot become rows are kept aside.</summary>
internal sealed class LoadStep(PipelineSpec spec, Attempts attempts)
{
    public async Task<StagedData> RunAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var files = request.Files.Where(f => f.Input.Source == dataset.Source).ToArray();
        string[] partitions = [PartitionValues.Of(spec, dataset, spec.Partitioning.Calendar.Parse(request.Plan.Request.Partition))];
        using var attempt = attempts.Open(request.Plan, dataset, partitions, files.Sum(f => f.Input.Bytes));
        long records = 0;
        foreach (var file in files)
        {
            records += await attempt.LoadAsync(file.LandedPath, file.ArrivedAt, file.Input.Uri, file.Input.Sha256, cancellationToken);
        }

        var staged = await attempt.StageAsync(cancellationToken);
        FailPoint.Hit("load.staged");
        return Attempts.Result(request.Plan, dataset, staged, partitions, records, []);
    }
}
