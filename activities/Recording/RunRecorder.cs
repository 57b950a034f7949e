using Lakehouse.DuckDb;
using Lakehouse.Lineage;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Recording;

/// <summary>Puts together all that is known of a run when it ends.</summary>
internal static class RunRecorder
{
    /// <summary>The run as the lake keeps it; it gets its number there.</summary>
    /// <param name="entry">What the ledger says.</param>
    /// <param name="spec">The pipeline as it ran; null when it cannot be read any more.</param>
    /// <param name="events">Lineage of the datasets that were published, by dataset.</param>
    /// <param name="facts">What its history tells.</param>
    public static RecordedRun Of(LedgerEntry entry, PipelineSpec? spec, IReadOnlyDictionary<string, LineageEvent> events, WorkflowFacts facts)
    {
        var key = spec is not null && spec.Partitioning.Unit.HasTime() && spec.Partitioning.Calendar.TryParse(entry.Result.Request.Partition, out var partition) ? partition : (PartitionKey?)null;
        return new RecordedRun
        {
            Entry = entry,
            Number = 0,
            Trigger = TriggerOf(facts),
            Backfill = facts.Parent is { } parent && parent.StartsWith("backfill/", StringComparison.Ordinal) ? parent["backfill/".Length..] : null,
            Owner = spec?.Owner,
            Tenant = spec?.Tenant,
            Engine = DuckDbLibrary.Version,
            PartitionStart = key?.Start,
            PartitionEnd = key?.End,
            Datasets = [.. (spec?.Datasets.Select(d => d.Name) ?? []).Union(entry.Result.Datasets.Select(d => d.Dataset), StringComparer.Ordinal).Select(name => Of(name, spec, events.GetValueOrDefault(name)))],
            Steps = [.. facts.Steps.Where(s => s.Took is not null)],
            Deeds = facts.Deeds,
        };
    }

    private static RecordedDataset Of(string name, PipelineSpec? spec, LineageEvent? made)
    {
        var about = spec?.Datasets.FirstOrDefault(d => d.Name == name);
        var output = made?.Outputs.Count > 0 ? made.Outputs[0] : null;
        return new RecordedDataset(
            name,
            about?.FingerprintParts.Value,
            about?.FingerprintParts.Contract,
            output?.Bytes ?? 0,
            made is null ? []
                : about?.Source is { } source ? [new RecordedRead("source:" + source, null)]
                : [.. made.Inputs.Where(i => i.Alias is not null).Select(i => new RecordedRead(i.Alias!.Name, i.Version))],
            [.. output?.Lineage?.Columns.SelectMany(c => c.Sources.Where(s => s.IsDirect).Select(s => new RecordedColumn(c.Name, s.Table, s.Column, s.Kind.ToString().ToLowerInvariant()))) ?? []]);
    }

    private static string? TriggerOf(WorkflowFacts facts) => facts switch
    {
        { Steps.Count: 0, Deeds.Count: 0 } => null,
        { Parent: null } => "manual",
        { By: { } by } => by,
        _ => facts.Parent.Split('/')[0] switch { "backfill" => "backfill", "window" => "late", "tick" or "schedule" => "schedule", var kind => kind },
    };
}
