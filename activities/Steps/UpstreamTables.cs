using Lakehouse.Datasets;
using Lakehouse.Delta;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// Pins what a step reads: datasets of the pipeline with what the run has staged of them, datasets of other pipelines by the partitions that cover the run's own. A table
/// that is merged by key is read as a whole: in which partition a row lies tells only when it came.
/// </summary>
internal sealed class UpstreamTables(PipelineSpec spec, LakeRoot lake)
{
    /// <summary>Sorts behind every partition.</summary>
    private const string Last = "\uffff";

    /// <summary>Pins a dataset of the pipeline.</summary>
    /// <param name="upstream">The dataset.</param>
    /// <param name="partition">The run's partition.</param>
    /// <param name="last">Last partition that is made.</param>
    /// <param name="lookback">Earlier partitions that are read besides.</param>
    /// <param name="staged">What the run has staged of it.</param>
    /// <param name="cancellationToken">Ends the reading of the log.</param>
    public async Task<UpstreamTable> PinAsync(Dataset upstream, PartitionKey partition, PartitionKey last, int lookback, StagedData? staged, CancellationToken cancellationToken)
    {
        var (from, to) = RangeOf(upstream, partition, last, lookback);
        return await PinAsync(upstream, from, to, staged, cancellationToken)
            ?? throw Missing(upstream.Name, "neither published nor made by this run");
    }

    /// <summary>Pins all partitions of a dataset of the pipeline; null when it is neither published nor staged.</summary>
    public Task<UpstreamTable?> PinAllAsync(Dataset upstream, StagedData? staged, CancellationToken cancellationToken) => PinAsync(upstream, "", Last, staged, cancellationToken);

    /// <summary>Pins a dataset of another pipeline.</summary>
    /// <exception cref="ApplicationFailureException">It is not published.</exception>
    public async Task<UpstreamTable> PinAsync(PipelineInput input, PartitionKey partition, PartitionKey last, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(input.Dataset);
        var head = await table.HeadAsync(cancellationToken) ?? throw Missing(input.Dataset, $"not published yet: expected pipeline '{input.Pipeline}' to have run");
        var (from, to) = input.Partitions switch
        {
            PartitionSelection.All => ("", Last),
            PartitionSelection.Latest => Only(LatestOf(input, head)),
            _ => RangeOf(input, head.Metadata.PartitionColumns[0], partition, last),
        };
        var reads = new PinnedTable(input.Dataset, head.Version, from, to);
        var files = (from, to) == ("", Last) ? [.. head.Files.Values] : head.FilesOf(from, to);
        return new UpstreamTable(input.Name, reads, PinnedRelation.Of(input.Name, head, table.Path, files), null, files.Sum(f => f.Size));

        static (string From, string To) Only(string partition) => (partition, partition);
    }

    /// <summary>The newest partition that is published: of a list the last of its values, of all others the last in order of their texts. Empty for none.</summary>
    public static string LatestOf(PipelineInput input, DeltaSnapshot head)
    {
        var published = head.Partitions();
        return input.Partitioning.Calendar.Values.LastOrDefault(published.Contains) ?? published.LastOrDefault() ?? "";
    }

    /// <summary>What one partition reads of a table that was pinned for several: the same, or fewer of its files.</summary>
    /// <param name="pinned">The table.</param>
    /// <param name="reader">The dataset that is made.</param>
    /// <param name="partition">The partition.</param>
    public UpstreamTable For(UpstreamTable pinned, Dataset reader, PartitionKey partition)
    {
        var input = spec.Inputs.GetValueOrDefault(pinned.Name);
        if (pinned.Pinned is { FromPartition: "", ToPartition: Last } || input is { Partitions: not PartitionSelection.Aligned })
        {
            return pinned;
        }

        var (from, to) = input is null
            ? RangeOf(spec.Dataset(pinned.Name), partition, partition, reader.Reads[pinned.Name])
            : RangeOf(input, pinned.Relation.PartitionColumn!, partition, partition);
        var reads = pinned.Pinned with { FromPartition = from, ToPartition = to };
        return pinned with { Relation = pinned.Relation with { Files = [.. pinned.Relation.Files.Where(f => f.PartitionValue is { } p && reads.Holds(p))] } };
    }

    /// <summary>The partitions of an input that are the run's own matter, without those it looks back to; null when all that was pinned is.</summary>
    public IReadOnlyList<string>? OwnPartitionsOf(PipelineInput input, PartitionKey partition, DeltaSnapshot head) => input is { Partitions: PartitionSelection.Aligned, Lookback: > 0 }
        ? [.. new PartitionMapping(input.Partitioning, spec.Partitioning).Upstream(partition).Select(p => PartitionValues.Of(input.Partitioning, input.Schema, head.Metadata.PartitionColumns[0], p))]
        : null;

    private async Task<UpstreamTable?> PinAsync(Dataset upstream, string from, string to, StagedData? staged, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(upstream.Name);
        var head = await table.HeadAsync(cancellationToken);
        if (head is null && staged is null)
        {
            return null;
        }

        var merge = upstream.RowMerge;
        var reads = merge.IsByKey ? new PinnedTable(upstream.Name, head?.Version ?? -1, "", Last) : new PinnedTable(upstream.Name, head?.Version ?? -1, from, to);
        var manifest = staged is null ? null : await StagedManifest.ReadAsync(lake.Store, staged.ManifestPath, cancellationToken);
        var stored = head?.FilesOf(reads.FromPartition, reads.ToPartition).Where(f => !GivesWay(f, head.PartitionOf(f)!, merge, upstream, staged)).ToArray() ?? [];
        var pinned = head is null ? null : PinnedRelation.Of(upstream.Name, head, table.Path, stored);
        var bytes = stored.Sum(f => f.Size) + (manifest?.Files.Sum(f => f.Bytes) ?? 0);
        if (manifest is null)
        {
            return new UpstreamTable(upstream.Name, reads, pinned!, null, bytes);
        }

        var relation = new PinnedRelation
        {
            Dataset = upstream.Name,
            Columns = manifest.Columns,
            PartitionColumn = upstream.PartitionColumn,
            Files = [.. pinned?.Files ?? [], .. merge.IsByKey ? [] : manifest.Relation().Files],
        };
        return new UpstreamTable(upstream.Name, reads, relation, merge.IsByKey ? manifest : null, bytes);
    }

    /// <summary>Whether the publish of what is staged will take a file away.</summary>
    private bool GivesWay(AddFile file, string partition, RowMerge merge, Dataset upstream, StagedData? staged) => !merge.IsByKey && staged is not null && staged.Partitions.Contains(partition)
        && (merge.Mode != MergeMode.Append || StagedPublish.IsOwn(file, PublishStep.OwnerOf(spec.Name, upstream.Name)));

    private (string From, string To) RangeOf(Dataset upstream, PartitionKey partition, PartitionKey last, int lookback)
    {
        var first = spec.Partitioning.Calendar.Back(partition, lookback);
        return (PartitionValues.Of(spec, upstream, first), PartitionValues.Of(spec, upstream, last));
    }

    /// <summary>The partitions of an input that cover some of the run's, by their values in its table.</summary>
    private (string From, string To) RangeOf(PipelineInput input, string column, PartitionKey partition, PartitionKey last)
    {
        var mapping = input.MappingTo(spec.Partitioning);
        string[] values =
        [
            .. mapping.Upstream(partition).Concat(mapping.Upstream(last)).Select(p => PartitionValues.Of(input.Partitioning, input.Schema, column, p)).Order(StringComparer.Ordinal),
        ];
        return values.Length == 0 ? (Last, "") : (values[0], values[^1]);
    }

    private static ApplicationFailureException Missing(string dataset, string why) => new($"'{dataset}' is {why}. Help: run what makes it first.", "input.dataset", nonRetryable: true);
}
