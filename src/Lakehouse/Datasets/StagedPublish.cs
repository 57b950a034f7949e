using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Quality;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <summary>
/// Makes staged rows visible, then what was kept aside, one commit each: the partitions' files take the place of all that were there. Exactly once for an application
/// and epoch, however often it is called.
/// </summary>
/// <param name="lake">The lake.</param>
/// <param name="time">Clock of the log's entries.</param>
public sealed class StagedPublish(Lake lake, TimeProvider time)
{
    /// <summary>Publishes what a manifest names.</summary>
    /// <param name="manifest">What was staged.</param>
    /// <param name="mark">Who publishes, in which order.</param>
    /// <param name="veto">Asked with the head each commit of the rows would follow: a text refuses and says why. Default: null, never refuses.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <exception cref="LakehouseException">
    /// <c>staging.missing</c>: staged files are gone; <c>schema.changed</c>: the table has other columns; <c>publish.fenced</c>: a later epoch has been published.
    /// </exception>
    public async Task<CommitResult> RunAsync(
        StagedManifest manifest, PublishMark mark, Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(mark);
        var result = await CommitAsync(new Target(manifest.Dataset, manifest.Columns, manifest.PartitionColumn, manifest.Files), manifest, mark, veto, cancellationToken).ConfigureAwait(false);

        // After the rows: a refused publish must not leave the quarantine of rows that will be made again. A retry finds the rows' commit and comes here.
        var quarantine = new Target(Lake.QuarantineOf(manifest.Dataset), QuarantineTable.Columns, "partition", manifest.QuarantineFiles);
        if (result.Version is not null && (quarantine.Files.Count > 0 || await lake.VersionAsync(quarantine.Table, cancellationToken).ConfigureAwait(false) is not null))
        {
            await CommitAsync(quarantine, manifest, mark, null, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>How the names of a run's files begin, in every table.</summary>
    public static string FilePrefix(string runId) => $"part-{runId}-";

    private async Task<CommitResult> CommitAsync(
        Target target, StagedManifest manifest, PublishMark mark, Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto, CancellationToken cancellationToken)
    {
        var table = lake.Table(target.Table);
        var head = await table.CreateIfAbsentAsync(
            new MetadataAction
            {
                Id = Guid.NewGuid().ToString(),
                Name = target.Table,
                SchemaString = DeltaTypes.ToDeltaSchema(target.Columns),
                PartitionColumns = [target.PartitionColumn],
            },
            cancellationToken).ConfigureAwait(false);
        if (target.Files.Count > 0)
        {
            RefuseOtherSchema(head, target);
        }

        var adds = new AddFile[target.Files.Count];
        await Parallel.ForAsync(0, adds.Length, cancellationToken, async (i, token) => adds[i] = await NameAsync(table.Path, target, mark, target.Files[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        var partitions = manifest.Partitions.ToHashSet(StringComparer.Ordinal);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var result = await table.CommitAsync(
            new CommitRequest
            {
                Id = $"{mark.RunId}/{target.Table}",
                Transaction = new TransactionAction(mark.AppId, mark.Epoch, null),
                Operation = "REPLACE PARTITIONS",
                Info = (JsonObject)mark.Info.DeepClone(),
                Changes = h => DeltaTable.ReplacePartitions(h, partitions, adds, now),
                Veto = veto,
            },
            cancellationToken).ConfigureAwait(false);
        if (result.Refusal is not null)
        {
            // The rows will be made again under other names.
            await lake.Store.DeleteAsync([.. adds.Select(a => $"{table.Path}/{a.DecodedPath}")], cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>
    /// Gives a staged file its name in the table's folder, and makes it durable, unless an earlier attempt has. The name is made of the run and of the attempt that
    /// staged it, so it is the same on every repetition and never another file's.
    /// </summary>
    private async Task<AddFile> NameAsync(string tablePath, Target target, PublishMark mark, StagedFile file, CancellationToken cancellationToken)
    {
        var attempt = file.Path.Split('/')[^3].Split('-')[^1];
        var name = $"{target.PartitionColumn}={file.Partition}/{FilePrefix(mark.RunId)}{attempt}.zstd.parquet";
        var to = $"{tablePath}/{name}";
        var stored = await lake.Store.HeadAsync(to, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            stored = await lake.Store.CopyAsync(file.Path, to, cancellationToken).ConfigureAwait(false) ? await lake.Store.HeadAsync(to, cancellationToken).ConfigureAwait(false) : null;
            if (stored?.Bytes != file.Bytes)
            {
                await lake.Store.DeleteAsync(to, cancellationToken).ConfigureAwait(false);
                throw StagedManifest.Missing(file.Path);
            }
        }

        return new AddFile
        {
            Path = Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3D", "=", StringComparison.Ordinal),
            PartitionValues = new Dictionary<string, string?> { [target.PartitionColumn] = file.Partition },
            Size = file.Bytes,
            ModificationTime = stored.ModifiedAt.ToUnixTimeMilliseconds(),
            Stats = file.Stats,
        };
    }

    private static void RefuseOtherSchema(DeltaSnapshot head, Target target)
    {
        var expected = DeltaTypes.FromDeltaSchema(head.Metadata.SchemaString);
        var differences = target.Columns.Except(expected).Select(c => $"new {c.Name} {c.SqlType}").Concat(expected.Except(target.Columns).Select(c => $"missing {c.Name} {c.SqlType}")).ToArray();
        if (differences.Length > 0)
        {
            throw new LakehouseException(
                "schema.changed",
                $"Table '{target.Table}' version {head.Version} and the rows to publish have different columns: {string.Join(", ", differences)}. "
                + "Help: changing a published table's columns is not supported yet; publish under a new dataset name, or remove the table and run all partitions again.");
        }
    }

    /// <summary>One table of a publish.</summary>
    private sealed record Target(string Table, IReadOnlyList<TableColumn> Columns, string PartitionColumn, IReadOnlyList<StagedFile> Files);
}
