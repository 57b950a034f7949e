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
        await AppendAsync(1, TimeSpan.FromSeconds(1), cancellationToken);
        var (alone, _) = await AppendAsync(1, Length, cancellationToken);
        var (together, lost) = await AppendAsync(Writers, Length, cancellationToken);
        return
        [
            new BenchFigure("lake.commits.per_s", together, "1/s"),
            new BenchFigure("lake.commits.one_writer_per_s", alone, "1/s"),
            new BenchFigure("lake.commits.bare_per_s", await BareAsync(cancellationToken), "1/s"),
            new BenchFigure("lake.commits.lost", lost, "appends"),
        ];
    }

    /// <summary>Appends by so many writers at once; how many a second, and how many of them the table has not got.</summary>
    private static async Task<(double PerSecond, double Lost)> AppendAsync(int writers, TimeSpan length, CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        var lake = new Lakehouse.Lake(folder.At("lake"));
        var table = lake.Table("bronze.events");
        using var files = lake.OpenFiles();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        var started = Stopwatch.GetTimestamp();
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
        return (done / seconds, done - (await table.HeadAsync(cancellationToken))!.Files.Count);
    }

    private static async Task<double> BareAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        var table = new Lakehouse.Lake(folder.At("lake")).Table("bronze.events");
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
