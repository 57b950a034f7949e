using Lakehouse;
using Lakehouse.Raw;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>Landed bytes to staged and audited text rows; records that cannot become rows are kept aside.</summary>
internal sealed class LoadStep(PipelineSpec spec, LakeRoot lake, DuckDbPool engines, IReadOnlyDictionary<string, ICustomCheck> checks)
{
    public async Task<StagedData> RunAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var partition = spec.Partitioning.Calendar.Parse(request.Plan.Request.Partition);
        var value = PartitionValues.Of(spec, dataset, partition);
        using var workspace = StepWorkspace.Open(spec, lake, engines, request.Plan, dataset.Name);
        long records = 0, rejects = 0;
        foreach (var file in request.Files.Where(f => f.Input.Source == dataset.Source))
        {
            await using var bytes = File.OpenRead(await workspace.FetchAsync(file.LandedPath, cancellationToken));
            var loaded = BronzeLoader.Load(
                bytes,
                new BronzeLoad
                {
                    Table = dataset.Schema,
                    SourceUri = file.Input.Uri,
                    FileHash = file.Input.Sha256,
                    ArrivedAt = file.ArrivedAt,
                    Dataset = dataset.Name,
                    Partition = value,
                    RunId = request.Plan.RunId,
                    QuarantinedAt = request.Plan.PlannedAt,
                    RejectsTable = "quarantine",
                    Constants = new Dictionary<string, string?> { [dataset.PartitionColumn] = value },
                },
                workspace.Connection,
                cancellationToken);
            records += loaded.Records;
            rejects += loaded.Rejected;
        }

        var staged = await new StagedAudit(dataset, workspace, lake, checks).RunAsync(
            new MadeRows("bronze", [value]) { RowsRead = records, Rejects = rejects }, request.Plan, cancellationToken);
        FailPoint.Hit("load.staged");
        return staged;
    }
}
