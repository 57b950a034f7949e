using System.Diagnostics;
using Lakehouse;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// Tiny appends to one table on disk, each a data file and a commit, durable when it returns: one writer alone, and twenty at once. Beside them the commits
/// alone, of files that are there already.
/// </summary>
internal static class CommitBenchmark
{
    private const int Writers = 20;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        // One folder for all, deleted at the end: creating files is slow where the file system has just freed many.
        using var folder = new TempDir();
        await AppendAsync(folder.At("first"), 1, TimeSpan.FromSeconds(1), cancellationToken);
        var alone = await AppendAsync(folder.At("alone"), 1, Length, cancellationToken);
        var together = await AppendAsync(folder.At("together"), Writers, Length, cancellationToken);
        return
        [
            new BenchFigure("lake.commits.per_s", together.PerSecond, "1/s"),
            new BenchFigure("lake.commits.cpu_ms", together.CpuMs, "ms"),
            new BenchFigure("lake.commits.one_writer_per_s", alone.PerSecond, "1/s"),
            new BenchFigure("lake.commits.one_writer_cpu_ms", alone.CpuMs, "ms"),
            new BenchFigure("lake.commits.bare_per_s", await BareAsync(folder.At("bare"), cancellationToken), "1/s"),
            new BenchFigure("lake.commits.lost", together.Lost, "appends"),
        ];
    }

    /// <summary>Appends by so many writers at once; how many a second, the processor time of each, and how many of them the table has not got.</summary>
    private static async Task<(double PerSecond, double CpuMs, double Lost)> AppendAsync(string root, int writers, TimeSpan length, CancellationToken cancellationToken)
    {
        var lake = new Lakehouse.Lake(root);
        var table = lake.Table("bronze.events");
        using var files = lake.OpenFiles();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(
            async () =>
            {
                using var connection = database.Connect();
                await using var operations = new TableOperations(table, connection, files);
                await operations.CreateIfAbsentAsync([new TableColumn("id", "BIGINT"), new TableColumn("v", "VARCHAR")], cancellationToken: cancellationToken);
                while (Stopwatch.GetElapsedTime(started) < length)
                {
                    await operations.AppendAsync($"SELECT {w}::BIGINT AS id, 'a row' AS v", cancellationToken: cancellationToken);
                    Interlocked.Increment(ref done);
                }
            },
            cancellationToken)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (done / seconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / done, done - (await table.HeadAsync(cancellationToken))!.Files.Count);
    }

    private static async Task<double> BareAsync(string root, CancellationToken cancellationToken)
    {
        var table = new Lakehouse.Lake(root).Table("bronze.events");
        await table.CreateIfAbsentAsync(new MetadataAction { Id = "1", SchemaString = DeltaTypes.ToDeltaSchema([new TableColumn("id", "BIGINT")]), PartitionColumns = [] }, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var done = 0;
        while (Stopwatch.GetElapsedTime(started) < Length)
        {
            var transaction = await table.BeginAsync(cancellationToken);
            transaction.Add(new AddFile { Path = $"{done++}.parquet", PartitionValues = new Dictionary<string, string?>(), Size = 1, ModificationTime = 0 });
            await transaction.CommitAsync(new CommitDescription { Operation = "WRITE" }, cancellationToken);
        }

        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
