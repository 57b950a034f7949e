using System.Diagnostics;
using System.Globalization;
using SQLitePCL;
using Temporal.DevServer;
using Temporalio.Api.WorkflowService.V1;

namespace Orchestrator.Benchmarks.Server;

/// <summary>Lists over a million closed runs: pages of 50 by two conditions, first pages and later ones.</summary>
internal static class ListBenchmark
{
    private const int Runs = 1_000_000;
    private const int PageSize = 50;
    private const int WarmUpCalls = 300;
    private const int Calls = 3_000;
    private const string Namespace = "default";

    /// <summary>All within the last hours, so that none is due to be forgotten.</summary>
    private static readonly TimeSpan Span = TimeSpan.FromHours(10);

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("orch-bench-");
        try
        {
            var file = Path.Combine(folder.FullName, "temporal.db");
            var newest = await FillAsync(file, cancellationToken);
            var started = Stopwatch.GetTimestamp();
            await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [file], cancellationToken);
            var load = Stopwatch.GetElapsedTime(started).TotalSeconds;
            using var client = new RawClient(server.Address);
            await MeasureAsync(client, newest, WarmUpCalls, cancellationToken);
            var latencies = await MeasureAsync(client, newest, Calls, cancellationToken);
            return
            [
                new BenchFigure("server.list_1m.p50_ms", Load.Percentile(latencies, 0.50), "ms"),
                new BenchFigure("server.list_1m.p99_ms", Load.Percentile(latencies, 0.99), "ms"),
                new BenchFigure("server.list_1m.start_s", load, "s"),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<double>> MeasureAsync(RawClient client, DateTime newest, int calls, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        var latencies = new List<double>();
        var request = new ListWorkflowExecutionsRequest();
        for (var call = 0; call < calls; call++)
        {
            if (request.NextPageToken.IsEmpty || random.Next(2) == 0)
            {
                var since = (newest - (Span * random.NextDouble())).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                request = new ListWorkflowExecutionsRequest
                {
                    Namespace = Namespace,
                    PageSize = PageSize,
                    Query = random.Next(3) switch
                    {
                        0 => $"ExecutionStatus = 'Failed' AND StartTime > '{since}'",
                        1 => $"ExecutionStatus = 'Completed' AND StartTime < '{since}'",
                        _ => $"WorkflowType = 'Type{random.Next(20)}' AND CloseTime < '{since}'",
                    },
                };
            }

            var started = Stopwatch.GetTimestamp();
            var page = await client.CallAsync<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(request, cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            request = request.Clone();
            request.NextPageToken = page.NextPageToken;
        }

        return latencies;
    }

    /// <summary>A server's own file with one run, and that run a million times over under other names, types, states and times.</summary>
    private static async Task<DateTime> FillAsync(string file, CancellationToken cancellationToken)
    {
        await using (var server = await TemporalDevServer.StartAsync(new DevServerOptions { DatabaseFile = file }, cancellationToken))
        {
            using var client = new RawClient(server.Address);
            await client.CallAsync<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(
                new() { Namespace = Namespace, WorkflowId = "first", WorkflowType = new() { Name = "Type" }, TaskQueue = new() { Name = "bench" } }, cancellationToken);
        }

        var now = DateTime.UtcNow;
        Execute(file, string.Create(CultureInfo.InvariantCulture, $"""
            PRAGMA journal_mode=OFF;
            PRAGMA synchronous=OFF;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Runs})
            INSERT INTO runs (
                id, namespace_id, workflow_id, run_id, workflow_type, task_queue, status, start_time, execution_time, close_time, history_length, history_size, transitions,
                parent_namespace_id, parent_workflow_id, parent_run_id, root_workflow_id, root_run_id, first_run_id, memo, search_attributes, priority, start_request_id)
            SELECT r.id + i, r.namespace_id, 'bench-' || i, printf('%08x-0000-7000-8000-%012x', i, i), 'Type' || (i % 20), 'queue-' || (i % 5), 2 + (i * 7 % 11) % 4,
                {now.Ticks} - i * {Span.Ticks / Runs}, {now.Ticks} - i * {Span.Ticks / Runs}, {now.Ticks} - i * {Span.Ticks / Runs} + (i * 31 % 1000) * 1000000, 11, 2000, 9,
                '', NULL, NULL, 'bench-' || i, printf('%08x-0000-7000-8000-%012x', i, i), printf('%08x-0000-7000-8000-%012x', i, i), r.memo, r.search_attributes, r.priority, ''
            FROM n, (SELECT * FROM runs LIMIT 1) r;
            """));
        return now;
    }

    private static void Execute(string file, string sql)
    {
        var code = raw.sqlite3_open_v2(file, out var database, raw.SQLITE_OPEN_READWRITE, null);
        using (database)
        {
            var error = "";
            if (code != raw.SQLITE_OK || raw.sqlite3_exec(database, sql, out error) != raw.SQLITE_OK)
            {
                throw new InvalidOperationException($"The benchmark's file '{file}' cannot be filled: {error}");
            }
        }
    }
}
