using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// Makes staged rows visible, then what was kept aside, one commit each. Refuses, and writes nothing, when what the rows were made from
/// has changed (docs/decisions/0002).
/// </summary>
internal sealed class PublishStep(PipelineSpec spec, LakeRoot lake, TimeProvider time)
{
    /// <summary>The application id that orders the commits of one partition of a dataset.</summary>
    public static string AppIdOf(string pipeline, string dataset, string partition) => $"{pipeline}/{dataset}/{partition}";

    public async Task<PublishResult> RunAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var manifest = await StagedManifest.ReadAsync(lake.Store, request.Staged.ManifestPath, cancellationToken);
        var quarantine = new Target(LakeRoot.QuarantineOf(dataset.Name), manifest.QuarantineColumns, "partition", manifest.QuarantineFiles);
        var rows = new Target(dataset.Name, manifest.Columns, manifest.PartitionColumn, manifest.Files);

        var result = await CommitAsync(request, rows, (head, token) => ConflictAsync(dataset, request, head, token), cancellationToken);

        // After the rows: a refused publish must not leave the quarantine of rows that will be made again. A retry finds the rows' commit and comes here.
        if (result.Version is not null && (quarantine.Files.Count > 0 || await lake.VersionAsync(quarantine.Table, cancellationToken) is not null))
        {
            await CommitAsync(request, quarantine, null, cancellationToken);
        }

        return new PublishResult { Dataset = dataset.Name, Version = result.Version, Conflict = result.Refusal, AlreadyPublished = result.AlreadyThere };
    }

    private string AppId(PublishRequest request) => AppIdOf(spec.Name, request.Dataset.Name, request.Plan.Request.Partition);

    private async Task<CommitResult> CommitAsync(
        PublishRequest request, Target target, Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(target.Table);
        var head = await table.CreateIfAbsentAsync(
            new MetadataAction
            {
                Id = Guid.NewGuid().ToString(),
                Name = target.Table,
                SchemaString = DeltaTypes.ToDeltaSchema(target.Columns),
                PartitionColumns = [target.PartitionColumn],
            },
            cancellationToken);
        if (target.Files.Count > 0)
        {
            RefuseOtherSchema(head, target);
        }

        var adds = new AddFile[target.Files.Count];
        await Parallel.ForAsync(0, adds.Length, cancellationToken, async (i, token) => adds[i] = await NameAsync(table.Path, target.PartitionColumn, request, target.Files[i], token));
        var partitions = request.Staged.Partitions.ToHashSet(StringComparer.Ordinal);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var result = await table.CommitAsync(
            new CommitRequest
            {
                Id = $"{request.Plan.RunId}/{target.Table}",
                Transaction = new TransactionAction(AppId(request), request.Dataset.Epoch, null),
                Operation = "REPLACE PARTITIONS",
                Info = Info(request),
                Changes = h => DeltaTable.ReplacePartitions(h, partitions, adds, now),
                Veto = veto,
            },
            cancellationToken);
        if (result.Refusal is not null)
        {
            // The rows will be made again under other names.
            foreach (var add in adds)
            {
                await lake.Store.DeleteAsync($"{table.Path}/{add.DecodedPath}", cancellationToken);
            }
        }

        return result;
    }

    private static JsonObject Info(PublishRequest request) => new()
    {
        ["workflowId"] = request.Plan.Request.WorkflowId,
        ["runId"] = request.Plan.RunId,
        ["inputFingerprint"] = request.Plan.InputFingerprint,
        ["codeFingerprint"] = request.Plan.CodeFingerprint,
        ["reads"] = new JsonObject(request.Staged.Reads.Select(r => KeyValuePair.Create<string, JsonNode?>(r.Dataset, r.Version))),
    };

    /// <summary>
    /// Gives a staged file its name in the table's folder, unless an earlier attempt has. The name is made of the run and of the attempt that staged it, so
    /// it is the same on every repetition and never another file's.
    /// </summary>
    private async Task<AddFile> NameAsync(string tablePath, string column, PublishRequest request, StagedFile file, CancellationToken cancellationToken)
    {
        var attempt = file.Path[LakeRoot.StagingOf(request.Plan.RunId).Length..].Split('/')[1];
        var name = $"{column}={file.Partition}/{FilePrefix(request.Plan.RunId)}{attempt}.zstd.parquet";
        var to = $"{tablePath}/{name}";
        var stored = await lake.Store.HeadAsync(to, cancellationToken);
        if (stored is null)
        {
            if (!await lake.Store.CopyAsync(file.Path, to, cancellationToken))
            {
                throw StagedManifest.Missing(file.Path);
            }

            stored = (await lake.Store.HeadAsync(to, cancellationToken))!;
        }

        return new AddFile
        {
            Path = Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3D", "=", StringComparison.Ordinal),
            PartitionValues = new Dictionary<string, string?> { [column] = file.Partition },
            Size = file.Bytes,
            ModificationTime = stored.ModifiedAt.ToUnixTimeMilliseconds(),
            Stats = file.Stats,
        };
    }

    /// <summary>How the names of a run's files begin, in every table.</summary>
    public static string FilePrefix(string runId) => $"part-{runId}-";

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
                        && commit.Touched(column).FirstOrDefault(p => p is null || Between(p, read.FromPartition, read.ToPartition)) is { } touched)
                    {
                        return $"'{read.Dataset}' version {commit.Version} changed partition '{touched}' after version {read.Version} was read";
                    }
                }
            }
        }

        var lookback = dataset.Reads.Values.DefaultIfEmpty(0).Max();
        var partition = spec.Partitioning.Calendar.Parse(request.Plan.Request.Partition);
        var published = head.Partitions().ToHashSet(StringComparer.Ordinal);
        var missed = spec.Partitioning.From(partition, lookback).Skip(1).Select(p => PartitionValues.Of(spec, dataset, p))
            .FirstOrDefault(p => published.Contains(p) && !request.Staged.Partitions.Contains(p));
        return missed is null ? null : $"'{dataset.Name}' has got partition '{missed}', which reads '{partition}'";
    }

    private static bool Between(string value, string from, string to) =>
        string.CompareOrdinal(value, from) >= 0 && string.CompareOrdinal(value, to) <= 0;

    private static void RefuseOtherSchema(DeltaSnapshot head, Target target)
    {
        var expected = DeltaTypes.FromDeltaSchema(head.Metadata.SchemaString);
        var differences = target.Columns.Except(expected).Select(c => $"new {c.Name} {c.SqlType}").Concat(expected.Except(target.Columns).Select(c => $"missing {c.Name} {c.SqlType}")).ToArray();
        if (differences.Length > 0)
        {
            throw new Lakehouse.LakehouseException(
                "schema.changed",
                $"Table '{target.Table}' version {head.Version} and the rows to publish have different columns: {string.Join(", ", differences)}. "
                + "Help: changing a published table's columns is not supported yet; publish under a new dataset name, or remove the table and run all partitions again.");
        }
    }

    /// <summary>One table of a publish.</summary>
    private sealed record Target(string Table, IReadOnlyList<TableColumn> Columns, string PartitionColumn, IReadOnlyList<StagedFile> Files);
}
