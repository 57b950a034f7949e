using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Datasets;

/// <summary>
/// Makes staged rows visible as their manifest says (<see cref="RowMerge"/>), then what was kept aside, one commit each. Exactly once for an application and epoch,
/// however often it is called. A table takes new columns and wider types with the rows.
/// </summary>
/// <param name="lake">The lake.</param>
/// <param name="time">Clock of the log's entries.</param>
/// <param name="engines">Where the engine of a merge by key comes from. Default: null, such manifests are refused.</param>
/// <param name="options">Limits of that engine and the folders it can reach, the table's and that of what is staged among them. Default: null.</param>
public sealed partial class StagedPublish(Lake lake, TimeProvider time, DuckDbPool? engines = null, AttemptOptions? options = null)
{
    private const string OwnerTag = "orchestrator.owner";

    /// <summary>Publishes what a manifest names.</summary>
    /// <param name="manifest">What was staged.</param>
    /// <param name="mark">Who publishes, in which order.</param>
    /// <param name="veto">Asked with the head each commit of the rows would follow: a text refuses and says why. Default: null, never refuses.</param>
    /// <param name="cancellationToken">Ends the work between two steps; interrupts the engine.</param>
    /// <exception cref="LakehouseException">
    /// <c>staging.missing</c>: staged files are gone; <c>schema.changed</c>: the rows do not fit the table's columns; <c>publish.fenced</c>: a later epoch has been
    /// published; <c>append.unknown</c>: which rows were added before cannot be told.
    /// </exception>
    /// <exception cref="InvalidOperationException">The manifest asks for a merge by key and there is no engine for it.</exception>
    public async Task<CommitResult> RunAsync(
        StagedManifest manifest, PublishMark mark, Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(mark);
        var target = new Target(manifest.Dataset, manifest.Columns, manifest.PartitionColumn, manifest.Files, manifest.Merge.Mode);
        var result = manifest.Merge.IsByKey
            ? await MergeAsync(target, manifest, mark, veto, cancellationToken).ConfigureAwait(false)
            : await CommitAsync(target, manifest, mark, veto, cancellationToken).ConfigureAwait(false);

        // After the rows: a refused publish must not leave the quarantine of rows that will be made again. A retry finds the rows' commit and comes here.
        var quarantine = new Target(Lake.QuarantineOf(manifest.Dataset), QuarantineTable.Columns, "partition", manifest.QuarantineFiles, MergeMode.Replace);
        // And whatever asks the work to end meanwhile: rows that are visible without those that were kept aside from them would be unaccounted for.
        if (result.Version is not null && (quarantine.Files.Count > 0 || await lake.VersionAsync(quarantine.Table, CancellationToken.None).ConfigureAwait(false) is not null))
        {
            FailPoint.Hit("publish.before-quarantine");
            await CommitAsync(quarantine, manifest, mark, null, CancellationToken.None).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>How the names of a run's files begin, in every table that rows are not merged into by key.</summary>
    public static string FilePrefix(string runId) => $"part-{runId}-";

    /// <summary>Whether a file holds rows that an owner added (<see cref="MergeMode.Append"/>), and not rows that others added to its partition.</summary>
    /// <param name="file">A file of a table.</param>
    /// <param name="owner">See <see cref="PublishMark.Owner"/>.</param>
    public static bool IsOwn(AddFile file, string owner)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Tags?.GetValueOrDefault(OwnerTag) == owner;
    }

    private async Task<CommitResult> CommitAsync(
        Target target, StagedManifest manifest, PublishMark mark, Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto, CancellationToken cancellationToken)
    {
        var table = lake.Table(target.Table);
        await CreateAsync(table, target, cancellationToken).ConfigureAwait(false);
        var adds = new AddFile[target.Files.Count];
        await Parallel.ForAsync(0, adds.Length, cancellationToken, async (i, token) => adds[i] = await NameAsync(table.Path, target, mark, target.Files[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        var partitions = manifest.Partitions.ToHashSet(StringComparer.Ordinal);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var request = Request(target, mark, veto) with
        {
            Operation = "REPLACE PARTITIONS",
            Changes = head =>
            [
                .. target.Table == manifest.Dataset ? Notes(mark, head) : [],
                .. target.Files.Count > 0 ? SchemaGrowth.Of(table.Path, head, target.Columns, target.PartitionColumn) : [],
                .. target.Mode == MergeMode.Append ? adds : DeltaTable.ReplacePartitions(head, partitions, adds, now),
            ],
            Work = target.Mode == MergeMode.Append ? (transaction, token) => GiveWayAsync(table, transaction, target, mark, partitions, token) : null,
        };
        try
        {
            var result = await table.CommitAsync(request, cancellationToken).ConfigureAwait(false);
            if (result.Refusal is not null)
            {
                await ForgetAsync(table, adds, cancellationToken).ConfigureAwait(false);
            }

            return result;
        }
        catch (LakehouseException e) when (e.Code is "schema.changed" or "append.unknown")
        {
            await ForgetAsync(table, adds, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The rows will be made again under other names, or not at all.</summary>
    private Task ForgetAsync(DeltaTable table, IEnumerable<AddFile> adds, CancellationToken cancellationToken) =>
        lake.Store.DeleteAsync([.. adds.Select(a => $"{table.Path}/{a.DecodedPath}")], cancellationToken);

    private static async Task CreateAsync(DeltaTable table, Target target, CancellationToken cancellationToken) => await table.CreateIfAbsentAsync(
        new MetadataAction
        {
            Id = Guid.NewGuid().ToString(),
            Name = target.Table,
            SchemaString = DeltaTypes.ToDeltaSchema(target.Columns),
            PartitionColumns = [target.PartitionColumn],
        },
        cancellationToken).ConfigureAwait(false);

    private static CommitRequest Request(Target target, PublishMark mark, Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto) => new()
    {
        Id = $"{mark.RunId}/{target.Table}",
        Transaction = new TransactionAction(mark.AppId, mark.Epoch, null),
        Operation = "MERGE",
        Info = (JsonObject)mark.Info.DeepClone(),
        Changes = head => Notes(mark, head),
        Veto = veto,
    };

    /// <summary>Notes that the table does not have.</summary>
    private static IEnumerable<DeltaAction> Notes(PublishMark mark, DeltaSnapshot head) =>
        mark.Notes.Where(n => !head.Transactions.TryGetValue(n.Key, out var there) || there.Version != n.Value).Select(n => new TransactionAction(n.Key, n.Value, null));

    /// <summary>
    /// Takes away what the same owner added to the same partitions before: files with its tag, and those that its last commit added. When they are gone, another engine may have
    /// rewritten them without the tag: then nobody knows whose rows the others hold, and adding more could double them.
    /// </summary>
    private static async Task<CommitDescription> GiveWayAsync(
        DeltaTable table, DeltaTransaction transaction, Target target, PublishMark mark, HashSet<string> partitions, CancellationToken cancellationToken)
    {
        var head = transaction.Snapshot;
        var there = head.FilesOf(partitions);
        var own = there.Where(f => IsOwn(f, mark.Owner)).ToList();
        if (own.Count == 0 && there.Any(f => f.Tags?.ContainsKey(OwnerTag) != true) && head.Transactions.TryGetValue(mark.AppId, out var last))
        {
            var added = last.CommittedAt < 0 ? null : (await table.CommitOrNullAsync(last.CommittedAt, cancellationToken).ConfigureAwait(false))?.Actions.OfType<AddFile>().Select(a => a.Path).ToHashSet(StringComparer.Ordinal);
            own.AddRange(there.Where(f => added?.Contains(f.Path) == true));
            if (added is not { Count: 0 } && own.Count == 0)
            {
                throw new LakehouseException(
                    "append.unknown",
                    $"Table '{target.Table}' version {head.Version} has rows in {string.Join(", ", partitions.Order(StringComparer.Ordinal).Select(p => $"'{p}'"))} that do not tell who added them, and '{mark.AppId}' has been published before: "
                    + "adding its rows again could double them. Help: another engine has rewritten the files; delete the partition's rows, or run it with 'merge: replace'.");
            }
        }

        foreach (var file in own)
        {
            transaction.Remove(file);
        }

        return new CommitDescription
        {
            Operation = "WRITE",
            Parameters = new JsonObject { ["mode"] = "Append", ["partitionBy"] = JsonText.List([target.PartitionColumn]) },
            Metrics = new Dictionary<string, long> { ["numFiles"] = target.Files.Count, ["numOutputRows"] = target.Files.Sum(f => f.Rows), ["numRemovedFiles"] = own.Count },
        };
    }

    /// <summary>
    /// Gives a staged file its name in the table's folder, and makes it durable; an earlier attempt may have, and what is staged be gone since. The name is made of the run and of the
    /// attempt that staged it, so it is the same on every repetition and never another file's.
    /// </summary>
    private async Task<AddFile> NameAsync(string tablePath, Target target, PublishMark mark, StagedFile file, CancellationToken cancellationToken)
    {
        var attempt = file.Path.Split('/')[^3].Split('-')[^1];
        var name = $"{target.PartitionColumn}={file.Partition}/{FilePrefix(mark.RunId)}{attempt}.zstd.parquet";
        var to = $"{tablePath}/{name}";
        await lake.Store.CopyAsync(file.Path, to, cancellationToken).ConfigureAwait(false);
        var stored = await lake.Store.HeadAsync(to, cancellationToken).ConfigureAwait(false);
        if (stored?.Bytes != file.Bytes)
        {
            await lake.Store.DeleteAsync(to, cancellationToken).ConfigureAwait(false);
            throw StagedManifest.Missing(file.Path);
        }

        return new AddFile
        {
            Path = Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3D", "=", StringComparison.Ordinal),
            PartitionValues = new Dictionary<string, string?> { [target.PartitionColumn] = file.Partition },
            Size = file.Bytes,
            ModificationTime = stored.ModifiedAt.ToUnixTimeMilliseconds(),
            Stats = file.Stats,
            Tags = target.Mode == MergeMode.Append ? new Dictionary<string, string?> { [OwnerTag] = mark.Owner } : null,
        };
    }

    /// <summary>One table of a publish.</summary>
    private sealed record Target(string Table, IReadOnlyList<TableColumn> Columns, string PartitionColumn, IReadOnlyList<StagedFile> Files, MergeMode Mode);
}
