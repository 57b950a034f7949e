using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Datasets;

/// <content>Merging by key: the engine holds staged rows against the table's, and only files that hold one of their keys are written anew.</content>
public sealed partial class StagedPublish
{
    private const string Staged = "staged";

    private async Task<CommitResult> MergeAsync(
        Target target, StagedManifest manifest, PublishMark mark, Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto, CancellationToken cancellationToken)
    {
        if (engines is null || options is null)
        {
            throw new InvalidOperationException($"'{manifest.Dataset}' is merged by key: its publish needs an engine and its options.");
        }

        var table = lake.Table(target.Table);
        await CreateAsync(table, target, cancellationToken).ConfigureAwait(false);
        using var files = lake.OpenFiles();
        using var connection = engines.Rent(new DuckDbConfinement
        {
            Limits = (options with { InputBytes = target.Files.Sum(f => f.Bytes) }).EffectiveLimits,
            Folders = files.FoldersOf(options.Folders),
            SpillRoot = files.SpillRoot,
        });
        (await FetchAsync(manifest, files, cancellationToken).ConfigureAwait(false)).Register(connection, Staged);
        var operations = new TableOperations(
            table,
            connection,
            files,
            new TableOperationOptions { Publish = Request(target, mark, veto), Columns = target.Files.Count > 0 ? target.Columns : null });
        await using (operations.ConfigureAwait(false))
        {
            var result = await MergeAsync(operations, manifest, cancellationToken).ConfigureAwait(false);
            FailPoint.Hit("merge.committed");
            return new CommitResult(result.Version, result.AlreadyThere, result.Refusal);
        }
    }

    private static Task<OperationResult> MergeAsync(TableOperations operations, StagedManifest manifest, CancellationToken cancellationToken)
    {
        var merge = manifest.Merge;
        var newest = merge.Newest(Staged, manifest.PartitionColumn, manifest.Partitions);
        return merge is { Mode: MergeMode.History, ValidFrom: { } from, ValidTo: { } to }
            ? operations.MergeHistoryAsync(
                $"SELECT * EXCLUDE ({SqlIdentifier.Quote(to)}) FROM ({newest})",
                merge.Key,
                from,
                to,
                current: null,
                unwatched: merge.OutsideState([.. manifest.Columns.Select(c => c.Name)], manifest.PartitionColumn),
                cancellationToken)
            : operations.MergeAsync(
                new MergeRequest { Source = newest, Keys = merge.Key, UpdateWhen = merge.TakesOver(manifest.Columns, manifest.PartitionColumn) },
                cancellationToken);
    }

    private static async Task<PinnedRelation> FetchAsync(StagedManifest manifest, ObjectStores.EngineFiles files, CancellationToken cancellationToken)
    {
        try
        {
            var relation = await manifest.Relation().FetchAsync(files, cancellationToken).ConfigureAwait(false);
            return relation.Files.Zip(manifest.Files).All(f => new FileInfo(f.First.Path).Length == f.Second.Bytes) ? relation : throw StagedManifest.Missing(manifest.Dataset);
        }
        catch (LakehouseException e) when (e.Code == "store.missing")
        {
            throw StagedManifest.Missing(manifest.Dataset, e);
        }
    }
}
