using Lakehouse;
using Lakehouse.Contracts;
using Lakehouse.Privacy;
using Lakehouse.Quality;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>Audits the rows a step has made against the dataset's contract, and stages what is published and what is kept aside.</summary>
internal sealed class StagedAudit(Dataset dataset, StepWorkspace workspace, LakeRoot lake, IReadOnlyDictionary<string, ICustomCheck> checks)
{
    // Eight weeks of days: what a pattern by day of the week is learnt from.
    private const int EarlierPartitions = 56;

    /// <summary>Audits a relation of the workspace and writes its rows.</summary>
    /// <param name="made">The rows, and where they come from.</param>
    /// <param name="plan">The run's plan.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public async Task<StagedData> RunAsync(MadeRows made, RunPlan plan, CancellationToken cancellationToken)
    {
        var columns = workspace.ColumnsOf(made.Relation, cancellationToken);
        var contract = ContractPlan.Compile(dataset.Schema, columns);
        var history = contract.NeedsHistory ? await HistoryAsync(made, cancellationToken) : null;
        history?.Register(workspace.Connection, "history");
        var report = contract.Run(workspace.Connection, Checks(made, plan) with { History = history is null ? null : "history", CustomChecks = checks }, cancellationToken);
        var personal = PrivacyPlan.Of(dataset.Schema).Unclassified(workspace.Connection, made.Relation, columns, cancellationToken);
        var manifest = new StagedManifest
        {
            Dataset = dataset.Name,
            Columns = columns,
            PartitionColumn = dataset.PartitionColumn,
            Files = workspace.WriteByPartition("passing", columns, dataset.PartitionColumn, made.Partitions, KeyOrder.Of(dataset), cancellationToken),
        };
        if (report.Quarantined + made.Rejects > 0)
        {
            manifest = manifest with
            {
                QuarantineColumns = QuarantineTable.Columns,
                QuarantineFiles = workspace.WriteByPartition("quarantine", QuarantineTable.Columns, "partition", made.Partitions, "source_uri, source_row, \"rule\", \"row\"", cancellationToken),
            };
        }

        RefuseLostRows(made, report, manifest);
        return new StagedData
        {
            Dataset = dataset.Name,
            ManifestPath = await workspace.WriteAsync(manifest, cancellationToken),
            Partitions = made.Partitions,
            Reads = made.Reads,
            Counts = new RowCounts
            {
                Read = made.RowsRead ?? report.Rows,
                Published = report.Passing,
                Quarantined = report.Quarantined + made.Rejects,
                Dropped = dataset.Deduplicate is { } rule && report.Dropped > 0
                    ? new Dictionary<string, long> { [rule.Rule] = report.Dropped }
                    : new Dictionary<string, long>(),
            },
            Rules =
            [
                .. report.Results.Select(r => new RuleResult(r.Rule, r.Severity == QualitySeverity.Warning ? "warning" : "error", r.Offenders, r.Status is CheckStatus.Passed or CheckStatus.NotRun)),
                .. personal.Select(p => new RuleResult($"{p.Column}.privacy", dataset.Layer == DatasetLayer.Bronze ? "warning" : "error", p.Matches, false)),
            ],
            Failure = FailureOf(plan, report, personal),
        };
    }

    /// <summary>Published partitions before the run's own; null when there are none.</summary>
    private async Task<PinnedRelation?> HistoryAsync(MadeRows made, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(dataset.Name);
        if (await table.HeadAsync(cancellationToken) is not { } head)
        {
            return null;
        }

        var first = made.Partitions.Min(StringComparer.Ordinal);
        var earlier = head.Partitions().OfType<string>().Where(p => string.CompareOrdinal(p, first) < 0).Order(StringComparer.Ordinal).TakeLast(EarlierPartitions).ToHashSet(StringComparer.Ordinal);
        return earlier.Count == 0 ? null : await PinnedRelation.Of(dataset.Name, head, table.Path, p => p is not null && earlier.Contains(p)).FetchAsync(workspace.Files, cancellationToken);
    }

    /// <summary>Records that never became rows lie in the quarantine table already, beside the rows that break a rule.</summary>
    private CheckRequest Checks(MadeRows made, RunPlan plan) => new()
    {
        Relation = made.Relation,
        Dataset = dataset.Name,
        Partition = made.Partitions[0],
        PartitionColumn = dataset.PartitionColumn,
        RunId = plan.RunId,
        QuarantinedAt = plan.PlannedAt,
        Deduplicate = dataset.Deduplicate is { } rule ? new Lakehouse.Quality.Deduplication(dataset.Key, rule.OrderBy) : null,
    };

    /// <summary>What was written must be what was counted: rows that no file holds would be lost at the commit.</summary>
    private void RefuseLostRows(MadeRows made, CheckReport report, StagedManifest manifest)
    {
        var (published, aside) = (manifest.Files.Sum(f => f.Rows), manifest.QuarantineFiles.Sum(f => f.Rows));
        if (published != report.Passing || aside != report.Quarantined + made.Rejects)
        {
            throw new LakehouseException(
                "quality.conservation",
                $"'{dataset.Name}': expected files with {report.Passing} rows to publish and {report.Quarantined + made.Rejects} to keep aside, seen {published} and {aside}. Help: rows outside the run's partitions {string.Join(", ", made.Partitions.Select(p => $"'{p}'"))} have no file; filter them in the model.");
        }
    }

    private string? FailureOf(RunPlan plan, CheckReport report, IReadOnlyList<PiiFinding> personal)
    {
        // Raw rows are published as they came; what nobody has classified stops where it would spread.
        var refusal = dataset.Layer == DatasetLayer.Bronze ? null : PrivacyPlan.Of(dataset.Schema).Refusal(personal);
        if (report.Outcome != CheckOutcome.Failed && refusal is null)
        {
            return null;
        }

        var broken = report.Results.Where(r => !r.IsAcceptable).Select(r => $"  {r.Rule}: {r.Message}").Concat(refusal is null ? [] : [$"  {refusal}"]);
        return $"'{dataset.Name}' of {plan.Request.WorkflowId} breaks its contract '{dataset.ContractPath}':\n{string.Join('\n', broken)}\n"
            + "Nothing is published. Help: mend the input or the model, or change the contract if it asks for too much.";
    }
}
