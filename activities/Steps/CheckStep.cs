using Lakehouse;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using CheckRequest = Orchestrator.Activities.Contracts.CheckRequest;

namespace Orchestrator.Activities.Steps;

/// <summary>Audits staged rows against the dataset's contract and splits them into what is published, kept aside and dropped by rule.</summary>
internal sealed class CheckStep(PipelineSpec spec, LakeRoot lake, DuckDbPool engines)
{
    public async Task<AuditedData> RunAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var staged = request.Staged;
        using var workspace = StepWorkspace.Open(spec, lake, engines, request.Plan, dataset.Name);
        var connection = workspace.Connection;
        var manifest = await StagedManifest.ReadAsync(lake.Store, staged.ManifestPath, cancellationToken);
        var relation = await manifest.Relation().FetchAsync(workspace.Files, cancellationToken);
        relation.Register(connection, "staged");
        var rejects = staged.RejectsPath is { } path ? await workspace.FetchAsync(path, cancellationToken) : null;

        // A contract may bring SQL of its own: it sees the staged rows and nothing else.
        DuckDbSandbox.Lock(connection, relation.Files.Select(f => f.Path).Concat(rejects is null ? [] : [rejects]), [workspace.LocalFolder]);
        var report = ContractPlan.Compile(dataset.Schema, manifest.Columns)
            .Run(connection, Checks(request, dataset), cancellationToken);
        var manifestPath = await workspace.WriteAsync(Audited(workspace, dataset, staged, rejects, manifest, report, cancellationToken), cancellationToken);
        FailPoint.Hit("check.staged");
        return new AuditedData
        {
            Staged = staged,
            ManifestPath = manifestPath,
            Counts = new RowCounts
            {
                Read = staged.RowsRead ?? report.Rows,
                Published = report.Passing,
                Quarantined = report.Quarantined + staged.Rejects,
                Dropped = dataset.Deduplicate is { } rule && report.Dropped > 0
                    ? new Dictionary<string, long> { [rule.Rule] = report.Dropped }
                    : new Dictionary<string, long>(),
            },
            Rules = [.. report.Results.Select(r => new RuleResult(r.Rule, r.Severity == QualitySeverity.Warning ? "warning" : "error", r.Offenders, r.Status is CheckStatus.Passed or CheckStatus.NotRun))],
            Failure = FailureOf(dataset, request, report),
        };
    }

    private static Lakehouse.Quality.CheckRequest Checks(CheckRequest request, Dataset dataset) => new()
    {
        Relation = "staged",
        Dataset = dataset.Name,
        Partition = request.Staged.Partitions[0],
        RunId = request.Plan.RunId,
        QuarantinedAt = request.Plan.PlannedAt,
        Deduplicate = dataset.Deduplicate is { } rule
            ? new Lakehouse.Quality.Deduplication(dataset.Key, rule.OrderBy)
            : null,
    };

    /// <summary>What will be published: the staged files as they are when every row passed, otherwise new ones beside those kept aside.</summary>
    private static StagedManifest Audited(
        StepWorkspace workspace, Dataset dataset, StagedData staged, string? rejects, StagedManifest manifest, CheckReport report, CancellationToken cancellationToken)
    {
        if (report.Passing < report.Rows)
        {
            manifest = manifest with { Files = workspace.WriteByPartition("passing", dataset.PartitionColumn, staged.Partitions, KeyOrder.Of(dataset), cancellationToken) };
        }

        if (report.Quarantined + staged.Rejects == 0)
        {
            return manifest;
        }

        // Records that never became rows lie beside the rows that break a rule.
        if (rejects is not null)
        {
            workspace.Connection.Execute($"INSERT INTO quarantine BY NAME SELECT * FROM read_parquet({SqlIdentifier.Literal(rejects)})", cancellationToken);
        }

        return manifest with
        {
            QuarantineColumns = workspace.ColumnsOf("quarantine", cancellationToken),
            QuarantineFiles = workspace.WriteByPartition("quarantine", "partition", staged.Partitions, "source_uri, source_row, \"rule\", \"row\"", cancellationToken),
        };
    }

    private static string? FailureOf(Dataset dataset, CheckRequest request, CheckReport report)
    {
        if (report.Outcome != CheckOutcome.Failed)
        {
            return null;
        }

        var broken = report.Results.Where(r => !r.IsAcceptable).Select(r => $"  {r.Rule}: {r.Message}");
        return $"'{dataset.Name}' of {request.Plan.Request.WorkflowId} breaks its contract '{dataset.ContractPath}':\n{string.Join('\n', broken)}\n"
            + "Nothing is published. Help: mend the input or the model, or change the contract if it asks for too much.";
    }
}
