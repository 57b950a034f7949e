using System.Globalization;
using Orchestrator.Catalog;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Local;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Runs;

/// <summary>
/// <c>runs.grid100k.ms</c>: the grid of 100,000 partitions with two datasets, read from the catalog as <c>partitions</c> reads it; median of nine, the connections open.
/// <c>runs.grid100k.fill.s</c>: telling the catalog of those 100,000 runs.
/// </summary>
internal static class GridBenchmark
{
    private const int Partitions = 100_000;
    private const int Batch = 2_000;
    private const int Rounds = 9;

    private static readonly string[] Datasets = ["", "bronze.hours_raw", "gold.hours_sums"];

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        await using var server = await LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = folder.At("pg") }, cancellationToken);
        await using var catalog = await CatalogDatabase.OpenAsync(server.ConnectionString, cancellationToken: cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        foreach (var batch in Enumerable.Range(0, Partitions).Chunk(Batch))
        {
            await catalog.Runs.RestoreAsync([.. batch.Select(Record)], cancellationToken);
        }

        var fill = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var reads = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            started = TimeProvider.System.GetTimestamp();
            var apart = catalog.Ledger.ApartAsync("hours", "", cancellationToken);
            var codes = await catalog.Ledger.CodesAsync("hours", "", cancellationToken);
            var grid = await catalog.Ledger.GridAsync("hours", "", codes, cancellationToken);
            reads.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            if (grid.Count != Partitions || (await apart).Count != 0)
            {
                throw new InvalidOperationException($"The grid has {grid.Count} partitions, expected {Partitions}.");
            }
        }

        return
        [
            new BenchFigure("runs.grid100k.ms", reads.Order().ElementAt(Rounds / 2), "ms").Beside(new BenchFigure("limit", 200, "ms")),
            new BenchFigure("runs.grid100k.fill.s", fill, "s"),
        ];
    }

    private static RunRecord Record(int n)
    {
        var start = new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(n);
        var (partition, run) = (start.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"run-{n}"));
        return new RunRecord
        {
            Run = new RunEntry { RunId = run, WorkflowId = $"run/hours/{partition}", Pipeline = "hours", Partition = partition, Status = "succeeded", StartedAt = start, EndedAt = start.AddSeconds(1) },
            Published =
            [
                .. Datasets.Select(d => new LedgerEntry
                {
                    Pipeline = "hours",
                    Dataset = d,
                    Partition = partition,
                    Epoch = 1,
                    RunId = run,
                    State = PartitionState.Published,
                    InputFingerprint = new string('a', 64),
                    CodeFingerprint = new string('b', 64),
                    PublishedEpoch = 1,
                    TableVersion = n,
                    Rows = n,
                    PublishedAt = start,
                    PartitionStart = start,
                    UpdatedAt = start,
                }),
            ],
        };
    }
}
