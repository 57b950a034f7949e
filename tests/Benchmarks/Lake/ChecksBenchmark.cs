using System.Diagnostics;
using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// All row rules of a contract of 30 rules over one Parquet file of orders, beside a bare scan in the same engine that decodes every column of the same file.
/// Two files: one whose texts repeat, as codes, names and labels do, and the worst case, where three texts are different in every row and have to match patterns.
/// </summary>
internal static class ChecksBenchmark
{
    private const int Rows = 3_000_000;
    private const int Repeats = 5;

    private static readonly string Contract =
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: bench.orders
        version: 1.0.0
        status: active
        schema:
          - name: orders
            properties:
              - {name: order_id, logicalType: integer, physicalType: BIGINT, required: true, logicalTypeOptions: {minimum: 0, maximum: 900000000}}
              - {name: customer, logicalType: string, required: true, logicalTypeOptions: {pattern: "^C[0-9]{6}$", minLength: 7, maxLength: 7}}
              - {name: email, logicalType: string, required: true, logicalTypeOptions: {format: email, maxLength: 100}}
              - {name: status, logicalType: string, required: true, quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [new, paid, shipped, returned, cancelled]}}]}
              - {name: country, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[A-Z]{2}$"}}
              - {name: quantity, logicalType: integer, physicalType: INTEGER, required: true, logicalTypeOptions: {minimum: 1, maximum: 1000}}
              - {name: price, logicalType: number, physicalType: "DECIMAL(12,2)", required: true, logicalTypeOptions: {minimum: 0, maximum: 1000000}}
              - {name: discount, logicalType: number, physicalType: DOUBLE, required: true, logicalTypeOptions: {minimum: 0, exclusiveMaximum: 1}}
              - {name: ordered_at, logicalType: timestamp, physicalType: TIMESTAMPTZ, required: true, logicalTypeOptions: {minimum: "2020-01-01T00:00:00Z"}}
              - {name: day, logicalType: date, physicalType: DATE, required: true, logicalTypeOptions: {minimum: "2020-01-01"}}
              - {name: note, logicalType: string, logicalTypeOptions: {maxLength: 40}, quality: [{metric: nullValues, mustBeLessThan: 20, unit: percent}]}
              - {name: token, logicalType: string, required: true, logicalTypeOptions: {format: uuid}}
        """;

    public static Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = Environment.ProcessorCount });
        using var connection = database.Connect();
        var table = ContractParser.Parse(Contract, "bench").Contract!.Table();
        var figures = new List<BenchFigure>();
        foreach (var (prefix, customers, bad) in new[] { ("lake.checks", 10_000, 0), ("lake.checks.offenders", 10_000, 1_000), ("lake.checks.unique_text", Rows, 0) })
        {
            var view = prefix.Replace('.', '_');
            connection.Execute($"COPY ({Orders(customers, bad)}) TO {SqlIdentifier.Literal(folder.At(view + ".parquet"))} (FORMAT parquet, COMPRESSION zstd)", cancellationToken);
            connection.Execute($"CREATE VIEW {view} AS SELECT * FROM read_parquet({SqlIdentifier.Literal(folder.At(view + ".parquet"))})", cancellationToken);
            var plan = ContractPlan.Compile(table, connection, view, cancellationToken: cancellationToken);
            var rules = plan.Rules.Count(r => !r.EndsWith(".present", StringComparison.Ordinal));
            var scan = Best(() => connection.Query($"SELECT {string.Join(", ", table.Columns.Select(c => $"any_value({c.Name})"))} FROM {view}", null, cancellationToken));
            var checks = Best(() =>
            {
                connection.Execute("DROP TABLE IF EXISTS quarantine", cancellationToken);
                var report = plan.Run(connection, new CheckRequest { Relation = view, Dataset = "bench.orders", Partition = "all", RunId = "bench", QuarantinedAt = DateTimeOffset.UnixEpoch }, cancellationToken);
                if (report.Rows != Rows || report.Outcome != (bad == 0 ? CheckOutcome.Passed : CheckOutcome.Quarantined))
                {
                    throw new InvalidOperationException($"Expected {Rows} rows checked, seen {report.Rows} with outcome {report.Outcome}.");
                }
            });
            var bare = new BenchFigure($"{prefix}.scan_ms", scan, "ms");
            figures.Add(new BenchFigure($"{prefix}.rules", rules, "rules"));
            figures.Add(new BenchFigure($"{prefix}.ms", checks, "ms").Beside(bare));
            figures.Add(new BenchFigure($"{prefix}.ratio", checks / scan, "x", bare.Name, scan, checks / scan));
        }

        return Task.FromResult<IReadOnlyList<BenchFigure>>(figures);
    }

    /// <summary>Texts of <paramref name="distinct"/> different customers; every so many-th row breaks one of two rules.</summary>
    private static string Orders(int distinct, int bad) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT i AS order_id, 'C' || lpad((hash(i) % {Math.Min(distinct, 999_999)})::VARCHAR, 6, '0') AS customer, 'user' || (hash(i * 7) % {distinct}) || '@example.org' AS email,
            (['new', 'paid', 'shipped', 'returned', 'cancelled'])[1 + (hash(i * 3) % 5)::INT] AS status, (['DE', 'FR', 'IT', 'ES', 'PL', 'NL', 'US', 'GB'])[1 + (hash(i * 5) % 8)::INT] AS country,
            ({(bad == 0 ? "" : $"CASE WHEN i % {Rows / bad} = 7 THEN -1 ELSE 1 END * ")}(1 + (hash(i * 11) % 50)))::INT AS quantity, (((hash(i * 13) % 1000000)::BIGINT) / 100.0)::DECIMAL(12, 2) AS price, (hash(i * 17) % 100)::DOUBLE / 100 AS discount,
            TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(i * 5) AS ordered_at, DATE '2024-01-01' + (i // 20000)::INT AS day, CASE WHEN i % 10 = 0 THEN NULL ELSE 'note ' || (hash(i * 19) % 1000) END AS note,
            md5((hash(i * 23) % {distinct})::VARCHAR)::UUID::VARCHAR{(bad == 0 ? "" : $" || CASE WHEN i % {Rows / bad} = 9 THEN '!' ELSE '' END")} AS token
        FROM range({Rows}) t(i)
        """);

    private static double Best(Action action)
    {
        var best = double.MaxValue;
        for (var i = 0; i < Repeats; i++)
        {
            var started = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return best;
    }
}
