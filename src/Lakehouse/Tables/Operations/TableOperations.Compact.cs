using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>Putting small files together, and rows that are asked for together into the same files. No row changes.</summary>
public sealed partial class TableOperations
{
    /// <summary>Bits of a column's rank on the Z-curve: 1,024 steps tell enough files apart.</summary>
    private const int ZBits = 10;

    /// <summary>Rewrites files. Stands beside appends; a commit that takes one of the files away stands against it.</summary>
    public Task<OperationResult> CompactAsync(CompactRequest? request = null, CancellationToken cancellationToken = default) =>
        RunAsync(
            async (scope, token) =>
            {
                request ??= new CompactRequest();
                var schema = scope.Schema;
                RefuseUnknown(schema, [.. request.SortBy, .. request.ZOrderBy]);
                var filter = new PartitionFilter(_connection, schema, request.Where ?? "true");
                if (request.Where is not null && !filter.IsWhole)
                {
                    throw new LakehouseException("compact.where", $"The condition of a compaction of table '{_table.Path}' names more than partition columns ({string.Join(", ", schema.Metadata.PartitionColumns)}): {request.Where}.");
                }

                var (snapshot, partitions) = (scope.Transaction.Snapshot, request.Partitions?.ToHashSet(StringComparer.Ordinal));
                AddFile[] before = [.. (partitions is null ? snapshot.Files.Values : snapshot.FilesOf(partitions)).Where(filter.MayHold)];
                var clusters = request.SortBy.Count + request.ZOrderBy.Count > 0;
                var bins = before.GroupBy(f => (PartitionKey(schema, f), Marks(f))).SelectMany(g => clusters ? [[.. g]] : Bins(g, request.TargetBytes)).Where(b => clusters || b.Count > 1).ToArray();
                AddFile[] removed = [.. bins.SelectMany(b => b)];
                if (removed.Length == 0)
                {
                    return null;
                }

                scope.Transaction.ReadOnly(removed);
                var adds = new List<AddFile>();
                foreach (var bin in bins)
                {
                    var rows = TargetRows.Select(schema, await FetchAsync(bin, token).ConfigureAwait(false));
                    scope.Writer.Tags = bin[0].Tags;
                    adds.AddRange(clusters
                        ? await scope.Writer.WriteAsync(schema, Clustered(schema, rows, request), check: false, Order(request), RowsPerFile(bin, request.TargetBytes), dataChange: false, isOnePartition: true, token).ConfigureAwait(false)
                        : await scope.Writer.WritePartitionAsync(schema, bin[0].PartitionValues, rows, dataChange: false, token).ConfigureAwait(false));
                    FailPoint.Hit("compact.after-bin");
                }

                foreach (var file in removed)
                {
                    scope.Transaction.Remove(file, dataChange: false);
                }

                scope.Transaction.Add(adds);
                return new Commit("OPTIMIZE", Parameters(schema, request), CompactMetrics(removed, adds));
            },
            cancellationToken);

    /// <summary>Files that fill a file of the target size together, smallest first; one that is nearly that large stays alone.</summary>
    private static IEnumerable<List<AddFile>> Bins(IEnumerable<AddFile> files, long target)
    {
        var bin = new List<AddFile>();
        var size = 0L;
        foreach (var file in files.Where(f => f.Size < target * 3 / 4).OrderBy(f => f.Size).ThenBy(f => f.Path, StringComparer.Ordinal))
        {
            if (size + file.Size > target && bin.Count > 0)
            {
                yield return bin;
                (bin, size) = ([], 0);
            }

            bin.Add(file);
            size += file.Size;
        }

        yield return bin;
    }

    /// <summary>Files with other tags stay apart: who wrote the rows is told by them.</summary>
    public static string Marks(AddFile file) =>
        file.Tags is { } tags ? string.Join('\u0001', tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}")) : "";

    private static long RowsPerFile(IReadOnlyList<AddFile> files, long target)
    {
        var (rows, bytes) = (files.Sum(LoggedStatistics.RowsOf) ?? 0, files.Sum(f => f.Size));
        return rows == 0 ? long.MaxValue / 2 : Math.Max(1, (long)Math.Ceiling(rows * Math.Min(1.0, target / (double)Math.Max(1, bytes))));
    }

    /// <summary>Rows in their order for good: what orders them is no column of the table.</summary>
    private static string Clustered(TableSchema schema, string rows, CompactRequest request)
    {
        if (request.ZOrderBy.Count == 0)
        {
            return rows;
        }

        var columns = string.Join(", ", schema.Columns.Select(c => SqlIdentifier.Quote(c.Name)));
        var ranks = request.ZOrderBy.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"ntile({1 << ZBits}) OVER (ORDER BY {SqlIdentifier.Quote(c)}) - 1 AS __z{i}"));
        var bits = Enumerable.Range(0, ZBits).SelectMany(b => request.ZOrderBy.Select((_, i) =>
            string.Create(CultureInfo.InvariantCulture, $"(((__z{i} >> {b}) & 1)::HUGEINT * {Power((b * request.ZOrderBy.Count) + request.ZOrderBy.Count - 1 - i)})")));
        return $"SELECT {columns} FROM (SELECT *, {string.Join(", ", ranks)} FROM ({rows})) ORDER BY {string.Join(" + ", bits)}";
    }

    private static string Power(int exponent) => (Int128.One << exponent).ToString(CultureInfo.InvariantCulture);

    private static string? Order(CompactRequest request) => request.ZOrderBy.Count > 0 || request.SortBy.Count == 0 ? null : string.Join(", ", request.SortBy.Select(SqlIdentifier.Quote));

    private static JsonObject Parameters(TableSchema schema, CompactRequest request) => new()
    {
        ["predicate"] = JsonText.List(
        [
            .. request.Where is { } where ? [where] : Array.Empty<string>(),
            .. request.Partitions is { Count: > 0 } named ? [$"{SqlIdentifier.Quote(schema.Metadata.PartitionColumns[0])} IN ({string.Join(", ", named.Select(SqlIdentifier.Literal))})"] : Array.Empty<string>(),
        ]),
        ["zOrderBy"] = JsonText.List(request.ZOrderBy),
        ["clusterBy"] = JsonText.List(request.SortBy),
        ["auto"] = false,
    };

    private static Dictionary<string, long> CompactMetrics(AddFile[] removed, List<AddFile> adds)
    {
        long[] sizes = [.. adds.Select(a => a.Size).Order()];
        long At(double share) => sizes.Length == 0 ? 0 : sizes[(int)((sizes.Length - 1) * share)];
        return new Dictionary<string, long>
        {
            ["numRemovedFiles"] = removed.Length,
            ["numRemovedBytes"] = removed.Sum(f => f.Size),
            ["numAddedFiles"] = adds.Count,
            ["numAddedBytes"] = sizes.Sum(),
            ["minFileSize"] = At(0),
            ["p25FileSize"] = At(0.25),
            ["p50FileSize"] = At(0.5),
            ["p75FileSize"] = At(0.75),
            ["maxFileSize"] = At(1),
        };
    }
}
