using Lakehouse;
using Orchestrator.Activities.Contracts;
using Orchestrator.Catalog;
using Orchestrator.Catalog.Entities;
using CatalogHold = Orchestrator.Catalog.Entities.Hold;
using CatalogLedgerEntry = Orchestrator.Catalog.Entities.LedgerEntry;
using CatalogWaiver = Orchestrator.Catalog.Entities.Waiver;
using Hold = Orchestrator.Activities.Contracts.Hold;
using LedgerState = Orchestrator.Catalog.Entities.PartitionState;

namespace Orchestrator.Activities.Recording;

/// <summary>
/// What the catalog's tables say of objects of the lake. Pure: the same object always gives the same rows, times included, so that a rebuilt catalog is the one that was lost.
/// </summary>
internal static class CatalogRows
{
    /// <summary>Name under which a run as a whole stands in the partition ledger, beside its datasets.</summary>
    public const string WholeRun = "";

    /// <summary>Name of a pipeline's watermark, beside those of its datasets.</summary>
    private const string EventTime = "event_time";

    /// <summary>Decisions stand with their holds.</summary>
    private static readonly HashSet<string> Decisions = new(StringComparer.Ordinal) { "run.approve", "run.reject", "run.retry", "run.waive" };

    /// <summary>The rows of a run.</summary>
    public static RunRecord Of(RecordedRun run)
    {
        var (entry, result, request) = (run.Entry, run.Entry.Result, run.Entry.Result.Request);
        var published = result.Datasets.ToDictionary(d => d.Dataset, StringComparer.Ordinal);
        var made = run.Datasets.Where(d => published.ContainsKey(d.Name)).ToArray();
        var costs = Costs(run, made.Sum(d => d.Bytes));
        var ledger = result.Status is RunStatus.Skipped ? [] : Ledger(run, published, costs.Sum(c => c.Amount));
        return new RunRecord
        {
            Run = new RunEntry
            {
                RunId = entry.RunId,
                WorkflowId = request.WorkflowId,
                Pipeline = request.Pipeline,
                Partition = request.Partition,
                Status = result.Status switch { RunStatus.Published => "succeeded", RunStatus.Skipped => "skipped", _ => "failed" },
                Trigger = run.Trigger,
                Backfill = run.Backfill,
                Owner = run.Owner,
                Tenant = run.Tenant,
                CodeFingerprint = NullIfEmpty(entry.CodeFingerprint),
                ErrorMessage = result.Status is RunStatus.Failed ? Line(result.Reason) : null,
                RowsIn = result.Datasets.Where(d => d.Dataset.StartsWith("bronze", StringComparison.Ordinal)).Sum(d => d.Counts.Read),
                RowsOut = result.Datasets.Sum(d => d.Counts.Published),
                BytesIn = entry.Inputs.Sum(i => i.Bytes),
                BytesOut = made.Sum(d => d.Bytes),
                Cost = costs.Sum(c => c.Amount),
                StartedAt = entry.StartedAt,
                EndedAt = entry.EndedAt,
            },
            Published = [.. ledger.Where(l => l.PublishedEpoch is not null)],
            Ended = [.. ledger.Where(l => l.PublishedEpoch is null)],
            Attempts = Attempts(run),
            Metrics = [.. Metrics(run)],
            Quality = [.. result.Datasets.SelectMany(d => d.Rules.Select(r => Quality(run, d, r)))],
            Lineage = [.. made.SelectMany(d => Edges(run, d, published[d.Name].Version))],
            Quarantine = [.. result.Datasets.Where(d => d.Counts.Quarantined > 0).Select(d => Quarantine(run, d))],
            Costs = costs,
            Watermarks = [.. run.PartitionEnd is { } end ? result.Datasets.Select(d => new Watermark { Pipeline = request.Pipeline, Name = d.Dataset, EventTime = end, UpdatedAt = entry.EndedAt }) : []],
            Audit = [.. run.Deeds.Where(d => !Decisions.Contains(d.Action)).Select(Of)],
        };
    }

    /// <summary>The row of a deed; what was said is left out where Postgres could not hold it.</summary>
    public static AuditEntry Of(Deed deed) => new() { Id = deed.Id, At = deed.At, Actor = Clean(deed.Actor), Action = deed.Action, Target = deed.Target, Details = deed.Details?.Contains("\\u0000", StringComparison.Ordinal) == true ? null : deed.Details };

    /// <summary>How far event times have come, as a window saw it; null before it saw any.</summary>
    public static Watermark? WatermarkOf(WindowState window) => window is { Watermark: { } time, WatermarkAt: { } at }
        ? new Watermark { Pipeline = window.Pipeline, Name = EventTime, EventTime = time, UpdatedAt = at }
        : null;

    /// <summary>The rows of a hold.</summary>
    public static (CatalogHold Hold, HoldDecision? Decision, IReadOnlyList<CatalogWaiver> Waivers) Of(Hold hold)
    {
        var id = $"{hold.Pipeline}/{hold.Dataset}/{hold.Partition}/{hold.RunId}/{hold.Version}";
        var revision = hold.Reminders + (hold.Decision is null ? 0 : 1);
        var row = new CatalogHold
        {
            HoldId = id,
            Pipeline = hold.Pipeline,
            Dataset = hold.Dataset,
            Partition = hold.Partition,
            Epoch = hold.Version,
            RunId = hold.RunId,
            WorkflowId = hold.WorkflowId,
            State = hold.Decision?.Kind switch { null => HoldState.Open, "approve" => HoldState.Approved, "retry" => HoldState.Retried, "waive" => HoldState.Waived, "expire" => HoldState.Expired, _ => HoldState.Rejected },
            Revision = revision,
            Reason = Line(hold.Problem) ?? "",
            Checks = System.Text.Json.JsonSerializer.Serialize(hold.Rules, PayloadFormat.Json),
            RaisedAt = hold.RaisedAt,
            ExpiresAt = hold.ExpiresAt,
            UpdatedAt = hold.Decision?.At ?? hold.RaisedAt,
        };
        if (hold.Decision is not { } decided)
        {
            return (row, null, []);
        }

        var decision = new HoldDecision
        {
            DecisionId = id,
            HoldId = id,
            Revision = revision - 1,
            Action = decided.Kind,
            Actor = Clean(decided.By),
            Reason = Clean(decided.Reason),
            Rule = decided.Rule,
            Until = decided.Until,
            DecidedAt = decided.At,
        };
        return (row, decision, decided is { Kind: "waive", Until: { } until }
            ? [.. hold.Rules.Where(r => decided.Rule is null || r == decided.Rule).Select(r => new CatalogWaiver { Pipeline = hold.Pipeline, Dataset = hold.Dataset, Rule = r, Actor = Clean(decided.By), Reason = Clean(decided.Reason), Until = until, CreatedAt = decided.At })]
            : []);
    }

    /// <summary>One entry for the run as a whole, which is what plans compare, and one for each dataset. What failed leaves what is published as it was.</summary>
    private static IReadOnlyList<CatalogLedgerEntry> Ledger(RecordedRun run, Dictionary<string, DatasetResult> published, decimal cost)
    {
        var (entry, result, request) = (run.Entry, run.Entry.Result, run.Entry.Result.Request);
        var whole = result.Status is RunStatus.Published;
        CatalogLedgerEntry Row(string dataset, bool isPublished) => new()
        {
            Pipeline = request.Pipeline,
            Dataset = dataset,
            Partition = request.Partition,
            Epoch = run.Number,
            RunId = entry.RunId,
            State = isPublished ? LedgerState.Published : LedgerState.Failed,
            Reason = isPublished ? null : Line(result.Reason),
            PartitionStart = run.PartitionStart,
            UpdatedAt = entry.EndedAt,
            IsStale = isPublished && entry.TakenBack is not null,
            PublishedEpoch = isPublished ? run.Number : null,
            PublishedAt = isPublished ? entry.EndedAt : null,
            EngineVersion = isPublished ? run.Engine : null,
            InputFingerprint = isPublished ? NullIfEmpty(entry.InputFingerprint) : null,
        };
        return
        [
            Row(WholeRun, whole) with
            {
                CodeFingerprint = whole ? NullIfEmpty(entry.CodeFingerprint) : null,
                Rows = whole ? result.Datasets.Sum(d => d.Counts.Published) : 0,
                Bytes = whole ? run.Datasets.Sum(d => d.Bytes) : 0,
                Cost = cost,
            },
            .. run.Datasets.Select(d => d.Name).Union(published.Keys, StringComparer.Ordinal).Select(name =>
            {
                var about = run.Datasets.FirstOrDefault(d => d.Name == name);
                return published.TryGetValue(name, out var done)
                    ? Row(name, true) with { CodeFingerprint = about?.CodeFingerprint, ContractFingerprint = about?.ContractFingerprint, TableVersion = done.Version, Rows = done.Counts.Published, Bytes = about?.Bytes ?? 0 }
                    : Row(name, false);
            }),
        ];
    }

    /// <summary>A step that is done again in one run goes on counting.</summary>
    private static IReadOnlyList<AttemptEntry> Attempts(RecordedRun run)
    {
        var (attempts, counted) = (new List<AttemptEntry>(), new Dictionary<(string, string), int>());
        foreach (var step in run.Steps.Where(s => s.Took is not null))
        {
            var key = (step.Dataset ?? "", step.Step);
            var number = counted[key] = counted.GetValueOrDefault(key) + (step.Attempt ?? 1);
            attempts.Add(new AttemptEntry
            {
                RunId = run.Entry.RunId,
                Dataset = step.Dataset ?? "",
                Step = step.Step,
                Attempt = number,
                Worker = step.Worker,
                Status = step.Outcome switch { "done" => "succeeded", "cancelled" => "cancelled", _ => "failed" },
                ErrorMessage = Line(step.Failure),
                StartedAt = step.StartedAt,
                EndedAt = step.StartedAt + step.Took!.Value,
            });
        }

        return attempts;
    }

    private static IEnumerable<StepMetric> Metrics(RecordedRun run)
    {
        StepMetric Of(string dataset, string step, string name, double value) =>
            new() { RunId = run.Entry.RunId, Dataset = dataset, Step = step, Name = name, Value = value, MeasuredAt = run.Entry.EndedAt };
        foreach (var steps in run.Steps.Where(s => s.Took is not null).GroupBy(s => (Dataset: s.Dataset ?? "", s.Step)))
        {
            yield return Of(steps.Key.Dataset, steps.Key.Step, "duration_ms", steps.Sum(s => s.Took!.Value.TotalMilliseconds));
            yield return Of(steps.Key.Dataset, steps.Key.Step, "attempts", steps.Sum(s => s.Attempt ?? 1));
        }

        foreach (var dataset in run.Entry.Result.Datasets)
        {
            yield return Of(dataset.Dataset, "Publish", "rows_read", dataset.Counts.Read);
            yield return Of(dataset.Dataset, "Publish", "rows_published", dataset.Counts.Published);
            yield return Of(dataset.Dataset, "Publish", "rows_quarantined", dataset.Counts.Quarantined);
            yield return Of(dataset.Dataset, "Publish", "rows_dropped", dataset.Counts.Dropped.Values.Sum());
            yield return Of(dataset.Dataset, "Publish", "partitions", dataset.Partitions.Count);
        }
    }

    private static QualityPoint Quality(RecordedRun run, DatasetResult dataset, RuleResult rule) => new()
    {
        Pipeline = run.Entry.Result.Request.Pipeline,
        Dataset = dataset.Dataset,
        Partition = run.Entry.Result.Request.Partition,
        Rule = rule.Rule,
        Epoch = run.Number,
        RunId = run.Entry.RunId,
        Severity = rule.Severity,
        Passed = rule.Passed,
        Value = rule.Offenders,
        FailedRows = rule.Offenders,
        CheckedRows = dataset.Counts.Read,
        MeasuredAt = run.Entry.EndedAt,
    };

    private static IEnumerable<LineageEdge> Edges(RecordedRun run, RecordedDataset dataset, long version)
    {
        LineageEdge Edge(string column, string input, string inputColumn, string? inputVersion, string? kind) => new()
        {
            RunId = run.Entry.RunId,
            Output = $"{run.Entry.Result.Request.Pipeline}/{dataset.Name}",
            OutputColumn = column,
            Input = input,
            InputColumn = inputColumn,
            OutputVersion = version,
            InputVersion = inputVersion,
            Kind = kind,
            RecordedAt = run.Entry.EndedAt,
        };
        var versions = dataset.Reads.ToDictionary(r => r.Name, r => r.Version, StringComparer.Ordinal);
        return dataset.Reads.Select(r => Edge("", r.Name, "", r.Version, null))
            .Concat(dataset.Columns.DistinctBy(c => (c.Output, c.Table, c.Input)).Select(c => Edge(c.Output, c.Table, c.Input, versions.GetValueOrDefault(c.Table), c.Kind)));
    }

    private static QuarantineEntry Quarantine(RecordedRun run, DatasetResult dataset) => new()
    {
        Pipeline = run.Entry.Result.Request.Pipeline,
        Dataset = dataset.Dataset,
        Partition = run.Entry.Result.Request.Partition,
        RunId = run.Entry.RunId,
        Rule = "*",
        Epoch = run.Number,
        Rows = dataset.Counts.Quarantined,
        Location = Lake.QuarantineOf(dataset.Dataset),
        State = "open",
        QuarantinedAt = run.Entry.EndedAt,
        UpdatedAt = run.Entry.EndedAt,
    };

    /// <summary>What a run used, and what that cost by the prices of the worker that planned it. Of runs that were not counted the steps' times and the inputs' bytes are known, and no price.</summary>
    private static IReadOnlyList<CostEntry> Costs(RecordedRun run, long written)
    {
        var cost = run.Entry.Result.Cost ?? new RunCost(run.Steps.Sum(s => s.Took?.TotalSeconds ?? 0), run.Entry.Inputs.Sum(i => i.Bytes), 0, 0);
        return [Cost(run, "step_seconds", cost.Seconds, cost.Time), Cost(run, "bytes_read", cost.Bytes, cost.Reading), Cost(run, "bytes_written", written, 0)];
    }

    private static CostEntry Cost(RecordedRun run, string kind, double quantity, decimal amount) => new()
    {
        RunId = run.Entry.RunId,
        Dataset = "",
        Kind = kind,
        Pipeline = run.Entry.Result.Request.Pipeline,
        Partition = run.Entry.Result.Request.Partition,
        Owner = run.Owner,
        Tenant = run.Tenant,
        Quantity = quantity,
        Amount = amount,
        RecordedAt = run.Entry.EndedAt,
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static string? Line(string? text) => text is null ? null : Clean(text.Split('\n')[0]);

    /// <summary>Postgres has no place for NUL.</summary>
    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);
}
