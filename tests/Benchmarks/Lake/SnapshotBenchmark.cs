using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lakehouse.Delta;
using Lakehouse.Delta.Pruning;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// Opening a table of 10,000 commits, each of one file with Spark's kind of statistics, from JSON alone and with a checkpoint and nine commits after it; then a table of
/// a million files from its checkpoint. Each opening is by a table object that knows nothing yet; the engine that reads checkpoints is open, as in a worker. The warm
/// figure is of a process that has opened tables for a while, so that its code is compiled for good.
/// </summary>
internal static class SnapshotBenchmark
{
    private const int Commits = 10_000;
    private const int Tail = 9;
    private const int ManyFiles = 1_000_000;
    private const int Times = 7;
    private const int WarmTimes = 31;

    private const string Schema =
        """{\"type\":\"struct\",\"fields\":[{\"name\":\"id\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}},{\"name\":\"name\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}},{\"name\":\"day\",\"type\":\"date\",\"nullable\":true,\"metadata\":{}}]}""";

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        var store = new LocalObjectStore(folder.Root);
        var reader = new CheckpointReader(store);
        WriteCommits(folder, "t", 0, Commits - Tail);
        var json = await OpenAsync(store, "t", null, Commits - Tail, cancellationToken);
        await new DeltaTable(store, "t", checkpoints: reader, checkpointWriter: new CheckpointWriter(store)).WriteCheckpointAsync(cancellationToken);
        WriteCommits(folder, "t", Commits - Tail, Commits);
        var checkpoint = await OpenAsync(store, "t", reader, Commits, cancellationToken);
        await OpenAsync(store, "t", reader, Commits, cancellationToken, WarmTimes);
        var warm = await OpenAsync(store, "t", reader, Commits, cancellationToken, WarmTimes);
        return
        [
            new BenchFigure("lake.snapshot10k.ms", checkpoint, "ms"),
            new BenchFigure("lake.snapshot10k.warm_ms", warm, "ms"),
            new BenchFigure("lake.snapshot10k.json_ms", json, "ms"),
            .. await ManyAsync(folder, store, reader, cancellationToken),
        ];
    }

    private static async Task<IReadOnlyList<BenchFigure>> ManyAsync(TempDir folder, LocalObjectStore store, CheckpointReader reader, CancellationToken cancellationToken)
    {
        WriteCommits(folder, "m", 0, 1);
        await new CheckpointWriter(store).WriteAsync(
            $"m/_delta_log/{0:D20}.checkpoint.parquet",
            ((DeltaAction[])[new ProtocolAction(1, 2, [], []), new MetadataAction { Id = "1", SchemaString = Schema.Replace("\\\"", "\"", StringComparison.Ordinal), PartitionColumns = ["day"] }])
                .Concat(Enumerable.Range(0, ManyFiles).Select(File)),
            cancellationToken);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        var head = (await new DeltaTable(store, "m", checkpoints: reader).HeadAsync(cancellationToken))!;
        var opened = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        started = Stopwatch.GetTimestamp();
        var kept = FilePruner.Prune(head, [new ColumnPredicate("id", ComparisonOperator.Equal, 500_000L * 1000)]).Count;
        var pruned = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return head.Files.Count == ManyFiles && kept == 1
            ?
            [
                new BenchFigure("lake.snapshot1m.s", opened, "s"),
                new BenchFigure("lake.snapshot1m.held_mb", held / 1e6, "MB"),
                new BenchFigure("lake.snapshot1m.prune_s", pruned, "s"),
            ]
            : throw new InvalidOperationException($"Expected {ManyFiles} files and one after pruning, seen {head.Files.Count} and {kept}.");
    }

    private static async Task<double> OpenAsync(LocalObjectStore store, string path, CheckpointReader? reader, long commits, CancellationToken cancellationToken, int count = Times)
    {
        var times = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var head = (await new DeltaTable(store, path, checkpoints: reader).HeadAsync(cancellationToken))!;
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (head.Version != commits - 1 || head.Files.Count != commits)
            {
                throw new InvalidOperationException($"Expected version {commits - 1}, seen {head.Version} with {head.Files.Count} files.");
            }
        }

        return times.Order().ElementAt(count / 2);
    }

    private static void WriteCommits(TempDir folder, string table, int from, int to)
    {
        Directory.CreateDirectory(folder.At(table, "_delta_log"));
        for (var i = from; i < to; i++)
        {
            var add = File(i);
            var values = string.Join(",", add.PartitionValues.Select(v => $"\"{v.Key}\":\"{v.Value}\""));
            var first = i == 0
                ? $$$"""
                  {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
                  {"metaData":{"id":"1","format":{"provider":"parquet","options":{}},"schemaString":"{{{Schema}}}","partitionColumns":["day"],"configuration":{},"createdTime":1}}

                  """
                : "";
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $$$"""
                {"commitInfo":{"timestamp":{{{1_700_000_000_000 + i}}},"operation":"WRITE","operationParameters":{"mode":"Append","partitionBy":"[\"day\"]"},"isBlindAppend":true,"operationMetrics":{"numFiles":"1","numOutputRows":"1000","numOutputBytes":"34567"},"engineInfo":"bench","txnId":"{{{Guid.NewGuid()}}}"}}
                {{{first}}}{"add":{"path":"{{{add.Path}}}","partitionValues":{{{{values}}}},"size":{{{add.Size}}},"modificationTime":{{{add.ModificationTime}}},"dataChange":true,"stats":"{{{add.Stats!.Replace("\"", "\\\"", StringComparison.Ordinal)}}}"}}

                """);
            System.IO.File.WriteAllText(folder.At(table, "_delta_log", $"{i:D20}.json"), text, new UTF8Encoding(false));
        }
    }

    private static AddFile File(int i)
    {
        var day = new DateOnly(2020, 1, 1).AddDays(i / 30 % 1500).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new AddFile
        {
            Path = string.Create(CultureInfo.InvariantCulture, $"day={day}/part-{i:D5}-5b2a1c{i:x8}-c000.snappy.parquet"),
            PartitionValues = new Dictionary<string, string?> { ["day"] = day },
            Size = 30_000 + (i % 1000),
            ModificationTime = 1_700_000_000_000 + i,
            Stats = string.Create(CultureInfo.InvariantCulture, $$$"""{"numRecords":1000,"minValues":{"id":{{{i * 1000L}}},"name":"customer-{{{i:D10}}}"},"maxValues":{"id":{{{(i * 1000L) + 999}}},"name":"customer-{{{i + 1:D10}}}"},"nullCount":{"id":0,"name":3}}"""),
        };
    }
}
