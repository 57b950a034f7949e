// One file because these records are one document: what `status` prints.
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Catalog.Entities;
using Hold = Orchestrator.Activities.Contracts.Hold;

namespace Orchestrator.Cli.Output;

/// <summary>The document behind <c>status</c>.</summary>
internal sealed record StatusPage
{
    /// <summary>Address of the Temporal service; null when none runs for this folder.</summary>
    public required string? Service { get; init; }

    /// <summary>Workflows that go on, oldest first.</summary>
    public required IReadOnlyList<OpenRun> Running { get; init; }

    /// <summary>What waits for a decision.</summary>
    public required IReadOnlyList<Hold> Holds { get; init; }

    /// <summary>Every pipeline by name.</summary>
    public required IReadOnlyList<PipelineStatus> Pipelines { get; init; }

    /// <summary>Runs that ended last, newest first.</summary>
    public required IReadOnlyList<EndedRun> Last { get; init; }

    /// <summary>Partitions whose last run failed, newest first.</summary>
    public required IReadOnlyList<EndedRun> Failures { get; init; }

    /// <summary>Folders of pipelines that cannot be read.</summary>
    public required IReadOnlyList<BrokenPipeline> Broken { get; init; }
}

/// <summary>A workflow that goes on.</summary>
internal sealed record OpenRun(string WorkflowId, string Type, string RunId, DateTimeOffset StartedAt);

/// <summary>A pipeline's partitions by how their last run ended.</summary>
internal sealed record PipelineStatus(string Pipeline, int Published, int Failed, DateTimeOffset? LastRunAt, long Quarantined);

/// <summary>The last run of a partition.</summary>
internal sealed record EndedRun(string Pipeline, string Partition, string Status, DateTimeOffset EndedAt, double Seconds, long Rows, string? Reason, string RunId)
{
    public static EndedRun Of(string pipeline, LedgerFact fact) => new(
        pipeline,
        fact.Partition,
        fact.Status == RunStatus.Failed ? "failed" : "published",
        fact.EndedAt,
        Math.Round(fact.Took.TotalSeconds, 2),
        fact.RowsPublished,
        fact.Failure.Length > 0 ? fact.Failure : null,
        fact.RunId);

    public static EndedRun Of(RunEntry run) => new(
        run.Pipeline,
        run.Partition,
        run.Status is "succeeded" ? "published" : run.Status,
        run.EndedAt ?? run.StartedAt,
        Math.Round(((run.EndedAt ?? run.StartedAt) - run.StartedAt).TotalSeconds, 2),
        run.RowsOut,
        run.ErrorMessage,
        run.RunId);
}

/// <summary>A pipeline's folder that is not sound.</summary>
internal sealed record BrokenPipeline(string Folder, string Error);
