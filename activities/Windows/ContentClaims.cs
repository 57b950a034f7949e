using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Windows;

/// <summary>
/// Which partition a content belongs to: whoever loads it first claims it, in one object for each content. A claim stands while its partition is published with that content or
/// is on the way to it; one that came to nothing gives way.
/// </summary>
internal sealed class ContentClaims(LakeRoot lake, PartitionCalendar calendar)
{
    /// <summary>Claims a content for a run's partition.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="source">The source.</param>
    /// <param name="uri">Its file.</param>
    /// <param name="values">Hash of what the file says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The claim of another partition that stands; null when the content is the run's own.</returns>
    public async Task<ContentClaim?> ClaimAsync(RunPlan plan, string source, string uri, string values, CancellationToken cancellationToken)
    {
        var path = $"_contents/{plan.Request.Pipeline}/{source}/{values}.json";
        var own = new ContentClaim(plan.Request.Partition, uri, values, plan.RunId, plan.PlannedAt);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(own, PayloadFormat.Json);
        if (await lake.Store.PutIfAbsentAsync(path, bytes, cancellationToken)
            || await lake.Store.ReadAsync(path, cancellationToken) is not { } stored
            || JsonSerializer.Deserialize<ContentClaim>(stored, PayloadFormat.Json) is not { } claim
            || claim.Partition == own.Partition)
        {
            return null;
        }

        if (await StandsAsync(plan.Request.Pipeline, claim, cancellationToken))
        {
            return claim;
        }

        await lake.Store.PutAsync(path, bytes, cancellationToken);
        return null;
    }

    private async Task<bool> StandsAsync(string pipeline, ContentClaim claim, CancellationToken cancellationToken)
    {
        if (!calendar.TryParse(claim.Partition, out _))
        {
            // The pipeline was partitioned in another way then.
            return false;
        }

        var last = await lake.ReadLedgerAsync(pipeline, claim.Partition, cancellationToken);
        if (last is { Result.Status: RunStatus.Published } && (last.RunId == claim.RunId || last.EndedAt >= claim.At))
        {
            return last.Inputs.Any(i => i.Values?.Split('+').Contains(claim.Values) == true);
        }

        if (last is { Result.Status: RunStatus.Failed } && (last.RunId == claim.RunId || last.EndedAt >= claim.At))
        {
            // What an earlier run has published is still there, and may be this.
            return last.RunId != claim.RunId && last.PublishedAt is not null;
        }

        // Its run goes on. One that is held because its file seems to be another day's claims nothing.
        return !(await lake.Holds.OpenAsync(pipeline, cancellationToken)).Any(h => h.RunId == claim.RunId && h.Rules.Any(r => r is GateRules.SameContent or GateRules.NoEvent));
    }
}

/// <summary>A content and the partition that it came for.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Uri">The file that said it.</param>
/// <param name="Values">Hash of what it says.</param>
/// <param name="RunId">The run that claimed it.</param>
/// <param name="At">When that run was planned (UTC).</param>
internal sealed record ContentClaim(string Partition, string Uri, string Values, string RunId, DateTimeOffset At);
