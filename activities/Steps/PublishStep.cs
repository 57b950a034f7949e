using System.Text.Json.Nodes;
using Lakehouse;
using Lakehouse.Datasets;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// Makes staged rows visible. Refuses, and writes nothing, when what the rows were made from has changed (docs/decisions/0002) or is gone: they are to be made again.
/// </summary>
internal sealed class PublishStep(PipelineSpec spec, LakeRoot lake, Attempts attempts, TimeProvider time)
{
    /// <summary>The application id that orders the commits of one partition of a dataset.</summary>
    public static string AppIdOf(string pipeline, string dataset, string partition) => $"{pipeline}/{dataset}/{partition}";

    /// <summary>Who answers for a dataset's rows; stands in the tags of its files.</summary>
    public static string OwnerOf(string pipeline, string dataset) => $"{pipeline}/{dataset}";

    public async Task<PublishResult> RunAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var mark = new PublishMark
        {
            RunId = request.Plan.RunId,
            AppId = AppIdOf(spec.Name, dataset.Name, request.Plan.Request.Partition),
            Owner = OwnerOf(spec.Name, dataset.Name),
            Epoch = request.Dataset.Epoch,
            Notes = new Dictionary<string, long>([.. LateStates.Notes(spec, dataset, request.Staged), OtherMerge.Note(spec, dataset, await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken))]),
            Info = Info(request),
        };
        try
        {
            var manifest = await StagedManifest.ReadAsync(lake.Store, request.Staged.ManifestPath, cancellationToken);
            var result = await attempts.Publish(request.Plan, time).RunAsync(manifest, mark, (head, token) => ConflictAsync(dataset, request, head, token), cancellationToken);
            return new PublishResult { Dataset = dataset.Name, Version = result.Version, Conflict = result.Refusal, AlreadyPublished = result.AlreadyThere };
        }
        catch (LakehouseException e) when (e.Code == StagedManifest.MissingCode)
        {
            return new PublishResult { Dataset = dataset.Name, Conflict = e.Message };
        }
    }

    private static JsonObject Info(PublishRequest request) => new()
    {
        ["workflowId"] = request.Plan.Request.WorkflowId,
        ["runId"] = request.Plan.RunId,
        ["inputFingerprint"] = request.Plan.InputFingerprint,
        ["codeFingerprint"] = request.Plan.CodeFingerprint,
        ["reads"] = new JsonObject(request.Staged.Reads.Select(r => KeyValuePair.Create<string, JsonNode?>(r.Dataset, r.Version))),
    };

    /// <summary>What has changed since the rows were made; null when nothing that matters has.</summary>
    private async Task<string?> ConflictAsync(Dataset dataset, PublishRequest request, DeltaSnapshot head, CancellationToken cancellationToken)
    {
        foreach (var read in request.Staged.Reads)
        {
            var upstream = lake.Tables.Table(read.Dataset);
            var newest = await upstream.HeadAsync(cancellationToken);
            if (newest is not null && newest.Version > read.Version)
            {
                var column = newest.Metadata.PartitionColumns[0];
                foreach (var commit in await upstream.CommitsAsync(read.Version, newest.Version, cancellationToken))
                {
                    if (commit.Info?["runId"]?.GetValue<string>() != request.Plan.RunId
                        && commit.Touched(column).FirstOrDefault(p => p is null || read.Holds(p)) is { } touched)
                    {
                        return $"'{read.Dataset}' version {commit.Version} changed partition '{touched}' after version {read.Version} was read";
                    }
                }
            }
        }

        var partition = spec.Partitioning.Calendar.Parse(request.Plan.Request.Partition);
        if (LateStates.Conflict(spec, dataset, partition, request.Staged, head) is { } late)
        {
            return late;
        }

        var later = LaterPartitions.Restated(spec, request.Plan.Request, spec.Graph.ReachOf(dataset.Name)).Select(p => PartitionValues.Of(spec, dataset, p)).Except(request.Staged.Partitions).ToHashSet(StringComparer.Ordinal);
        var missed = later.Count == 0 ? null : head.PartitionsAmong(later).FirstOrDefault();
        return missed is null ? null : $"'{dataset.Name}' has got partition '{missed}', which reads '{partition}'";
    }
}
