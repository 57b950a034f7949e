using System.Diagnostics;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// One in a hundred of 10 million rows changes, all of them in the newest tenth of the keys. Beside it the engine alone, told which files to rewrite: it reads
/// them, joins the changes and writes one file for each.
/// </summary>
internal static class MergeBenchmark
{
    private const long Rows = 10_000_000;
    private const long RowsPerFile = 100_000;
    private const string Changes = "SELECT (9000000 + range * 10)::BIGINT AS id, 'changed' AS name, range::DOUBLE AS amount FROM range(100000)";

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        var lake = new Lakehouse.Lake(folder.At("lake"));
        using var files = lake.OpenFiles();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimitBytes = 2L << 30, TempDirectory = folder.At("spill") });
        using var connection = database.Connect();
        await using var operations = new TableOperations(lake.Table("silver.orders"), connection, files, new TableOperationOptions { RowsPerFile = RowsPerFile });
        await operations.CreateIfAbsentAsync([new TableColumn("id", "BIGINT"), new TableColumn("name", "VARCHAR"), new TableColumn("amount", "DOUBLE")], cancellationToken: cancellationToken);
        await operations.AppendAsync($"SELECT range::BIGINT AS id, 'customer ' || range % 1000 AS name, range / 7 AS amount FROM range({Rows})", cancellationToken: cancellationToken);
        var old = (await lake.Table("silver.orders").HeadAsync(cancellationToken))!.Files.Values.Select(f => Path.Combine(folder.At("lake", "silver", "orders"), f.DecodedPath)).Order(StringComparer.Ordinal).ToArray();
        var touched = old.Where(f => connection.Scalar<bool>($"SELECT max(id) >= 9000000 FROM read_parquet({SqlIdentifier.Literal(f)})", null, cancellationToken)).ToArray();

        var started = Stopwatch.GetTimestamp();
        var result = await operations.MergeAsync(new MergeRequest { Source = Changes, Keys = ["id"] }, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        Directory.CreateDirectory(folder.At("bare"));
        started = Stopwatch.GetTimestamp();
        connection.Execute($"CREATE TEMP TABLE bare_changes AS {Changes}", cancellationToken);
        for (var i = 0; i < touched.Length; i++)
        {
            connection.CopyToParquet(
                $"SELECT t.id, coalesce(s.name, t.name) AS name, coalesce(s.amount, t.amount) AS amount FROM read_parquet({SqlIdentifier.Literal(touched[i])}) t LEFT JOIN bare_changes s USING (id)",
                folder.At("bare", $"{i}.parquet"),
                null,
                cancellationToken: cancellationToken);
        }

        var bare = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var baseline = new BenchFigure("lake.merge1pct.bare_s", bare, "s");
        return
        [
            new BenchFigure("lake.merge1pct.s", seconds, "s").Beside(baseline),
            new BenchFigure("lake.merge1pct.ratio", seconds / bare, "x", baseline.Name, bare, seconds / bare),
            new BenchFigure("lake.merge1pct.files_touched", result["numTargetFilesRemoved"], "files", "files that hold changed keys", touched.Length, result["numTargetFilesRemoved"] / (double)touched.Length),
            new BenchFigure("lake.merge1pct.rows_updated", result["numTargetRowsUpdated"], "rows"),
        ];
    }
}
