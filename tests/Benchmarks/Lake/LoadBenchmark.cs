using System.Diagnostics;
using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Raw;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// One delimited file into a bronze table of text with row numbers and source, rejects kept: our loader beside the engine's own reader with rejects kept,
/// into a table of the same columns, one after the other in this process, the best of three each.
/// </summary>
internal static class LoadBenchmark
{
    private const int Rows = 1_000_000;
    private const int Rounds = 3;

    private static readonly string[] Columns = ["id", "at", "country", "status", "email", "amount", "quantity", "note", "reference"];

    public static Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        var file = folder.At("events.csv");
        using (var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions()))
        using (var connection = database.Connect())
        {
            connection.Execute(
                $"""
                COPY (SELECT i AS id, TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS at, ['DE', 'FR', 'US', 'CH'][1 + i % 4] AS country, ['open', 'paid', 'sent'][1 + i % 3] AS status,
                    'user' || (hash(i) % 200000) || '@example.org' AS email, round((hash(i * 3) % 1000000) / 100.0, 2) AS amount, i % 17 AS quantity,
                    CASE WHEN i % 10 = 0 THEN 'a note, with a comma and "quotes"' WHEN i % 3 = 0 THEN NULL ELSE 'plain' END AS note, upper(left(md5(i::VARCHAR), 12)) AS reference
                    FROM range({Rows.ToString(CultureInfo.InvariantCulture)}) t(i)) TO {SqlIdentifier.Literal(file)} (HEADER)
                """,
                cancellationToken);
        }

        var megabytes = new FileInfo(file).Length / 1e6;
        var (ours, theirs) = ((Wall: double.MaxValue, Processor: double.MaxValue), (Wall: double.MaxValue, Processor: double.MaxValue));
        for (var round = 0; round < Rounds; round++)
        {
            theirs = Best(theirs, Seconds(connection => Engine(connection, file, cancellationToken)));
            ours = Best(ours, Seconds(connection => Loader(connection, file, cancellationToken)));
        }

        var baseline = new BenchFigure("lake.load.engine_s", theirs.Wall, "s");
        return Task.FromResult<IReadOnlyList<BenchFigure>>(
        [
            new BenchFigure("lake.load.mb", megabytes, "MB"),
            new BenchFigure("lake.load.s", ours.Wall, "s").Beside(baseline),
            new BenchFigure("lake.load.processor_s", ours.Processor, "s").Beside(new BenchFigure("lake.load.engine_processor_s", theirs.Processor, "s")),
            new BenchFigure("lake.load.mb_per_s", megabytes / ours.Wall, "MB/s").Beside(new BenchFigure("lake.load.engine_mb_per_s", megabytes / theirs.Wall, "MB/s")),
            new BenchFigure("lake.load.ratio", ours.Wall / theirs.Wall, "x", baseline.Name, theirs.Wall, ours.Wall / theirs.Wall),
        ]);
    }

    private static (double Wall, double Processor) Best((double Wall, double Processor) one, (double Wall, double Processor) other) =>
        (Math.Min(one.Wall, other.Wall), Math.Min(one.Processor, other.Processor));

    private static (double Wall, double Processor) Seconds(Action<DuckDbConnection> load)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        load(connection);
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        process.Refresh();
        var seconds = (wall, (process.TotalProcessorTime - before).TotalSeconds);
        var rows = connection.Scalar<long>("SELECT count(*) FROM bronze");
        return rows == Rows ? seconds : throw new InvalidOperationException($"Expected {Rows} rows, seen {rows}.");
    }

    private static void Loader(DuckDbConnection connection, string file, CancellationToken cancellationToken) => BronzeLoader.Load(
        File.OpenRead(file),
        new BronzeLoad
        {
            Table = new ContractTable { Name = "t", ContractVersion = "1.0.0", Columns = [.. Columns.Select(c => new ContractColumn { Name = c, LogicalType = LogicalType.String })] },
            SourceUri = file,
            FileHash = "h",
            ArrivedAt = DateTimeOffset.UnixEpoch,
            Dataset = "d",
            Partition = "p",
            RunId = "r",
            QuarantinedAt = DateTimeOffset.UnixEpoch,
        },
        connection,
        cancellationToken);

    private static void Engine(DuckDbConnection connection, string file, CancellationToken cancellationToken) => connection.Execute(
        $"""
        CREATE TABLE bronze AS SELECT *, {SqlIdentifier.Literal(file)} AS _source_uri, row_number() OVER () AS _source_row, 0::BIGINT AS _source_line, TIMESTAMPTZ '1970-01-01 00:00:00+00' AS _arrived_at,
            'h' AS _file_hash, 'contract' AS _header
        FROM read_csv({SqlIdentifier.Literal(file)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', strict_mode = true, store_rejects = true, rejects_limit = 0,
            columns = [[{string.Join(", ", Columns.Select(c => $"'{c}': 'VARCHAR'"))}]])
        """.Replace("[[", "{", StringComparison.Ordinal).Replace("]]", "}", StringComparison.Ordinal),
        cancellationToken);
}
