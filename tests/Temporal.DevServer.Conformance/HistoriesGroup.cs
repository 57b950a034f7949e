using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Orchestrator.TestKit;
using Temporal.DevServer.Conformance.Histories;

namespace Temporal.DevServer.Conformance;

/// <summary>Plays recorded conversations of clients and workers, of the folder <c>histories</c>, and compares the histories that come of it.</summary>
public static class HistoriesGroup
{
    /// <summary>
    /// Plays the transcripts whose id contains the filter, several at a time, each to a server of its own that keeps so many runs in memory:
    /// with one of them nearly every step begins with a run rebuilt from its history.
    /// </summary>
    public static async Task<GroupResult> RunAsync(string folder, string filter = "", int parallel = 16, int runsInMemory = 10_000)
    {
        var transcripts = Read(folder).Where(t => t.Id.Contains(filter, StringComparison.Ordinal)).ToList();
        var failed = new ConcurrentDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(transcripts, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (t, ct) =>
        {
            var differences = await PlayAsync(t, runsInMemory, TimeSpan.FromMilliseconds(60), ct);
            if (differences.Count > 0 && t.Calls.Any(c => c.Blocks))
            {
                // On a slow machine a waiting call may have come too late.
                differences = await PlayAsync(t, runsInMemory, TimeSpan.FromSeconds(1), ct);
            }

            if (differences.Count > 0)
            {
                failed[t.Id] = differences;
            }
        });
        return new GroupResult("histories", transcripts.Count, failed);
    }

    /// <summary>Each history belongs to the transcript whose name it continues the furthest.</summary>
    private static IEnumerable<Transcript> Read(string folder)
    {
        static string Stem(string file, string end) => Path.GetFileName(file)[..^end.Length];
        var transcripts = Directory.GetFiles(folder, "*.transcript.jsonl").ToDictionary(f => Stem(f, ".transcript.jsonl"), StringComparer.Ordinal);
        var histories = Directory.GetFiles(folder, "*.history.json").ToLookup(
            f => transcripts.Keys.Where(k => (Stem(f, ".history.json") + ".").StartsWith(k + ".", StringComparison.Ordinal)).MaxBy(k => k.Length), StringComparer.Ordinal);
        return transcripts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Transcript(t.Value, histories[t.Key].Order(StringComparer.Ordinal)));
    }

    private static async Task<List<string>> PlayAsync(Transcript transcript, int runsInMemory, TimeSpan arrival, CancellationToken cancellationToken)
    {
        var clock = new ManualTime();
        var limits = transcript.SuggestsEarly ? new ServerLimits { SuggestContinueAsNewEvents = 30 } : new();
        await using var server = await TemporalDevServer.StartAsync(
            new DevServerOptions { Limits = limits, RunsInMemory = runsInMemory, TimeProvider = clock }, cancellationToken);
        using var client = new WireClient(server.Address);
        await PrepareAsync(client);
        return await new TranscriptPlayer(transcript, client, clock, arrival).RunAsync(cancellationToken);
    }

    private static async Task PrepareAsync(WireClient client)
    {
        var request = JsonNode.Parse("""
            {"namespace":"default","searchAttributes":{"CustomKeyword":"INDEXED_VALUE_TYPE_KEYWORD","CustomInt":"INDEXED_VALUE_TYPE_INT","CustomText":"INDEXED_VALUE_TYPE_TEXT",
             "CustomDatetime":"INDEXED_VALUE_TYPE_DATETIME","CustomBool":"INDEXED_VALUE_TYPE_BOOL","CustomDouble":"INDEXED_VALUE_TYPE_DOUBLE","CustomKeywordList":"INDEXED_VALUE_TYPE_KEYWORD_LIST"}}
            """)!;
        var answer = await client.CallAsync("/temporal.api.operatorservice.v1.OperatorService/AddSearchAttributes", request, TimeSpan.FromSeconds(15));
        if (answer.Code != "OK")
        {
            throw new InvalidOperationException($"The search attributes of the recordings cannot be added: {answer.Code} {answer.Message}");
        }

        // The first poll of a process takes long: without it a worker that shows itself for a moment would not be seen.
        var poll = JsonNode.Parse("""{"namespace":"default","taskQueue":{"name":"warm-up","kind":"TASK_QUEUE_KIND_STICKY","normalName":"warm-up-normal"},"identity":"warm-up"}""")!;
        await client.CallAsync("/temporal.api.workflowservice.v1.WorkflowService/PollWorkflowTaskQueue", poll, TimeSpan.FromSeconds(2.1));
    }
}
