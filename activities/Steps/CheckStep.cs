using Lakehouse;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
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
        var personal = PrivacyPlan.Of(dataset.Schema).Unclassified(connection, "staged", cancellationToken);
        var audited = Audited(workspace, dataset, staged, rejects, manifest, report, cancellationToken);
        RefuseLostRows(dataset, staged, report, audited);
        var manifestPath = await workspace.WriteAsync(audited, cancellationToken);
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
            Rules =
            [
                .. report.Results.Select(r => new RuleResult(r.Rule, r.Severity == QualitySeverity.Warning ? "warning" : "error", r.Offenders, r.Status is CheckStatus.Passed or CheckStatus.NotRun)),
                .. personal.Select(p => new RuleResult($"{p.Column}.privacy", dataset.Layer == DatasetLayer.Bronze ? "warning" : "error", p.Matches, false)),
            ],
            Failure = FailureOf(dataset, request, report, personal),
        };
    }

    private static Lakehouse.Quality.CheckRequest Checks(CheckRequest request, Dataset dataset) => new()
    {
        Relation = "staged",
        Dataset = dataset.Name,
        Partition = request.Staged.Partitions[0],
        PartitionColumn = dataset.PartitionColumn,
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

    /// <summary>What was written must be what was counted: rows that no file holds would be lost at the commit.</summary>
    private static void RefuseLostRows(Dataset dataset, StagedData staged, CheckReport report, StagedManifest audited)
    {
        var (published, aside) = (audited.Files.Sum(f => f.Rows), audited.QuarantineFiles.Sum(f => f.Rows));
        if (published != report.Passing || aside != report.Quarantined + staged.Rejects)
        {
            throw new LakehouseException(
                "quality.conservation",
                $"'{dataset.Name}': expected files with {report.Passing} rows to publish and {report.Quarantined + staged.Rejects} to keep aside, seen {published} and {aside}. Help: rows outside the run's partitions {string.Join(", ", staged.Partitions.Select(p => $"'{p}'"))} have no file; filter them in the model.");
        }
    }

    private static string? FailureOf(Dataset dataset, CheckRequest request, CheckReport report, IReadOnlyList<PiiFinding> personal)
    {
        // Raw rows are published as they came; what nobody has classified stops where it would spread.
        var refusal = dataset.Layer == DatasetLayer.Bronze ? null : PrivacyPlan.Of(dataset.Schema).Refusal(personal);
        if (report.Outcome != CheckOutcome.Failed && refusal is null)
        {
            return null;
        }

        var broken = report.Results.Where(r => !r.IsAcceptable).Select(r => $"  {r.Rule}: {r.Message}").Concat(refusal is null ? [] : [$"  {refusal}"]);
        return $"'{dataset.Name}' of {request.Plan.Request.WorkflowId} breaks its contract '{dataset.ContractPath}':\n{string.Join('\n', broken)}\n"
            + "Nothing is published. Help: mend the input or the model, or change the contract if it asks for too much.";
    }
}
