using System.Diagnostics;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Tests.Visibility.Query;

public sealed class VisibilityIndexTests
{
    private static readonly DateTime Origin = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly SearchAttributeRegistry Attributes = new([KeyValuePair.Create("Color", IndexedValueType.Keyword), KeyValuePair.Create("Size", IndexedValueType.Int)]);

    [Fact]
    public void List_WhileRunsStartAndClose_NeitherSkipsNorRepeats()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            using var index = new VisibilityIndex();
            var open = new List<IndexedRun>();
            var clock = 0;
            for (var i = 0; i < 60; i++)
            {
                open.Add(Run($"old-{i:D3}", ++clock));
                index.Upsert(open[^1]);
                if (random.Next(3) == 0)
                {
                    CloseOne();
                }
            }

            var query = BoundQuery.Parse("WorkflowType = 'T'", Attributes);
            var seen = new List<string>();
            byte[] token = [];
            do
            {
                var page = index.List(query, random.Next(1, 8), token);
                seen.AddRange(page.Runs.Select(run => run.RunId));
                token = page.NextPageToken;
                open.Add(Run($"new-{++clock:D4}", clock));
                index.Upsert(open[^1]);
                CloseOne();
            }
            while (token.Length > 0);

            Assert.True(seen.Count == seen.Distinct().Count(), $"seed {seed}: repeated {string.Join(", ", seen.GroupBy(s => s).Where(g => g.Count() > 1).Select(g => g.Key))}");
            Assert.True(seen.Count(s => s.StartsWith("old", StringComparison.Ordinal)) == 60, $"seed {seed}: {seen.Count} seen");

            void CloseOne()
            {
                var at = random.Next(open.Count);
                index.Upsert(Run(open[at].RunId, (int)(open[at].StartTime - Origin).TotalSeconds, closedAt: ++clock));
                open.RemoveAt(at);
            }
        }
    }

    [Fact]
    public void List_OfRandomQueries_AgreesWithAFullScan()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            using var index = new VisibilityIndex();
            var rows = new Dictionary<string, IndexedRun>();
            for (var i = 0; i < 1500; i++)
            {
                var id = $"run-{random.Next(700)}";
                if (random.Next(6) == 0 && rows.Remove(id))
                {
                    Assert.True(index.Delete(id));
                    continue;
                }

                var start = random.Next(1000);
                rows[id] = Run(id, start, random.Next(2) == 0 ? null : start + random.Next(50), $"T{random.Next(3)}", random);
                index.Upsert(rows[id]);
            }

            for (var i = 0; i < 60; i++)
            {
                var text = RandomQuery(random, 3);
                var query = BoundQuery.Parse(text, Attributes);
                var expected = rows.Values.Where(run => !run.IsInternal && query.Where!.Test(run) == Truth.True).OrderBy(SortKey.Of).Select(run => run.RunId).ToList();
                var seen = new List<string>();
                byte[] token = [];
                do
                {
                    var page = index.List(query, random.Next(1, 200), token);
                    seen.AddRange(page.Runs.Select(run => run.RunId));
                    token = page.NextPageToken;
                }
                while (token.Length > 0);
                Assert.True(expected.SequenceEqual(seen), $"seed {seed}: {text}\nexpected {string.Join(' ', expected)}\nseen     {string.Join(' ', seen)}");

                var count = index.Count(BoundQuery.Parse(text + " GROUP BY ExecutionStatus", Attributes));
                Assert.Equal(expected.Count, count.Count);
                Assert.Equal(
                    expected.GroupBy(id => rows[id].Status).OrderBy(g => g.Key).Select(g => (g.Key, (long)g.Count())),
                    count.Groups.Select(g => (g.Key, g.Value)));
            }
        }
    }

    [Fact]
    public void List_OfManyRuns_AnswersWithinMilliseconds()
    {
        using var index = new VisibilityIndex();
        var random = new Random(1);
        const int Runs = 100_000; // of a million, a page costs the same: 0.02 ms in the middle, 0.4 ms at the 99th percentile
        for (var i = 0; i < Runs; i++)
        {
            index.Upsert(Run($"run-{i}", i, i % 50 == 0 ? null : i + random.Next(60), $"T{random.Next(100)}", random));
        }

        string[] queries =
        [
            "WorkflowType = 'T7' AND ExecutionStatus = 'Running'",
            "WorkflowType = 'T7' AND ExecutionStatus = 'Failed'",
            "ExecutionStatus = 'Completed' AND StartTime < '2026-01-01T01:00:00Z'",
            "ExecutionStatus = 'Failed' AND StartTime BETWEEN '2026-01-01T03:00:00Z' AND '2026-01-01T03:10:00Z'",
            "ExecutionStatus = 'Running' AND StartTime > '2026-01-02T00:00:00Z'",
            "CloseTime < '2026-01-01T02:00:00Z' AND ExecutionStatus != 'Completed'",
            "WorkflowId = 'run-777' AND ExecutionStatus = 'Completed'",
            "Color = 'c12345' AND Size > 3",
            "(Color = 'c12345' OR Color = 'c54321') AND ExecutionStatus = 'Completed'",
            "",
        ];
        foreach (var query in queries.Select(text => BoundQuery.Parse(text, Attributes)))
        {
            index.List(query, 50);
        }

        var times = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            foreach (var text in queries)
            {
                var start = Stopwatch.GetTimestamp();
                index.List(BoundQuery.Parse(text, Attributes), 50);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        var late = times[times.Count * 99 / 100];
        Assert.True(late < 20, $"p99 is {late:F1} ms");
    }

    [Fact]
    public void List_OfGarbageToken_IsRefused()
    {
        using var index = new VisibilityIndex();
        foreach (var token in (byte[][])[[0, 0, 0], "{}"u8.ToArray(), "[]"u8.ToArray(), "{\"CloseTime\":\"x\"}"u8.ToArray(), "{\"CloseTime\":1,\"StartTime\":1,\"RunID\":null,\"Until\":1} x"u8.ToArray()])
        {
            Assert.Throws<VisibilityQueryException>(() => index.List(BoundQuery.Parse("", Attributes), 5, token));
        }
    }

    [Fact]
    public void List_OfInternalRuns_NeedsTheirDivisionNamed()
    {
        using var index = new VisibilityIndex();
        index.Upsert(Run("user", 1));
        index.Upsert(Run("machinery", 2, attributes: new() { ["TemporalNamespaceDivision"] = "TemporalScheduler" }));

        Assert.Equal(["user"], Ids(""));
        Assert.Equal(["machinery"], Ids("TemporalNamespaceDivision = 'TemporalScheduler'"));
        Assert.Equal(["machinery", "user"], Ids("TemporalNamespaceDivision IS NULL OR TemporalNamespaceDivision IS NOT NULL"));
        Assert.Equal(["machinery"], Ids("NamespaceDivision IS NOT NULL"));

        IEnumerable<string> Ids(string query) => index.List(BoundQuery.Parse(query, Attributes), 10).Runs.Select(run => run.RunId);
    }

    private static string RandomQuery(Random random, int depth) => random.Next(depth == 0 ? 7 : 10) switch
    {
        0 => $"ExecutionStatus = {random.Next(1, 4)}",
        1 => $"WorkflowType IN ('T{random.Next(4)}', 'T{random.Next(4)}')",
        2 => $"StartTime >= {Nanos(random.Next(1000))}",
        3 => $"CloseTime < {Nanos(random.Next(1000))}",
        4 => random.Next(2) == 0 ? "CloseTime IS NULL" : $"StartTime BETWEEN {Nanos(random.Next(500))} AND {Nanos(500 + random.Next(500))}",
        5 => $"Color = 'c{random.Next(20)}'",
        6 => $"Size != {random.Next(10)}",
        7 => $"NOT ({RandomQuery(random, depth - 1)})",
        8 => $"({RandomQuery(random, depth - 1)} OR {RandomQuery(random, depth - 1)})",
        _ => $"{RandomQuery(random, depth - 1)} AND {RandomQuery(random, depth - 1)}",
    };

    private static long Nanos(int second) => (Origin.AddSeconds(second) - DateTime.UnixEpoch).Ticks * 100;

    private static IndexedRun Run(string id, int start, int? closedAt = null, string type = "T", Random? random = null, Dictionary<string, object>? attributes = null) => new()
    {
        WorkflowId = id,
        RunId = id,
        WorkflowType = type,
        TaskQueue = "queue",
        Status = closedAt is null ? WorkflowExecutionStatus.Running : random?.Next(3) == 0 ? WorkflowExecutionStatus.Failed : WorkflowExecutionStatus.Completed,
        StartTime = Origin.AddSeconds(start),
        ExecutionTime = Origin.AddSeconds(start),
        CloseTime = closedAt is { } close ? Origin.AddSeconds(close) : null,
        RootWorkflowId = id,
        RootRunId = id,
        Attributes = attributes ?? (random is null || random.Next(3) == 0 ? [] : new()
        {
            ["Color"] = $"c{random.Next(closedAt < 1100 || closedAt is null ? 20 : 100_000)}",
            ["Size"] = (long)random.Next(10),
        }),
    };
}
