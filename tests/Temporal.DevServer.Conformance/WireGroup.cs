using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance;

/// <summary>What a group of cases came to.</summary>
public sealed record GroupResult(string Group, int Total, IReadOnlyDictionary<string, IReadOnlyList<string>> Failed)
{
    /// <summary>Cases without a difference.</summary>
    public int Passed => Total - Failed.Count;
}

/// <summary>Runs recorded cases of the folder <c>wire</c> against a server of its own.</summary>
public static class WireGroup
{
    /// <summary>Runs the cases whose id contains the filter, several at a time.</summary>
    public static async Task<GroupResult> RunAsync(string folder, string filter = "", int parallel = 24)
    {
        var cases = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)
            .SelectMany(f => JsonNode.Parse(File.ReadAllText(f))!.AsArray())
            .Select(c => new WireCase(c!.AsObject()))
            .Where(c => c.Id.Contains(filter, StringComparison.Ordinal)).ToList();
        var failed = new ConcurrentDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var lowered in new[] { false, true })
        {
            await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Limits = lowered ? Lowered() : new(), WorkflowPause = lowered });
            using var client = new WireClient(server.Address);
            await PrepareAsync(client);
            // A namespace has one batch operation at a time: cases with one go one after another, all others beside each other.
            var alone = cases.Where(c => c.NeedsLimits == lowered).ToLookup(c => c.HasBatch);
            await Parallel.ForEachAsync(alone[false].Select(c => new[] { c }).Prepend([.. alone[true]]), new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (row, ct) =>
            {
                foreach (var c in row)
                {
                    var differences = await c.RunAsync(client, ct);
                    if (differences.Count > 0)
                    {
                        failed[c.Id] = differences;
                    }
                }
            });
        }

        return new GroupResult("wire", cases.Count, failed);
    }

    private static async Task PrepareAsync(WireClient client)
    {
        var request = JsonNode.Parse("""
            {"namespace":"default","searchAttributes":{"CustomK":"INDEXED_VALUE_TYPE_KEYWORD","CustomI":"INDEXED_VALUE_TYPE_INT","CustomT":"INDEXED_VALUE_TYPE_TEXT",
             "CustomD":"INDEXED_VALUE_TYPE_DATETIME","CustomB":"INDEXED_VALUE_TYPE_BOOL","CustomF":"INDEXED_VALUE_TYPE_DOUBLE","CustomL":"INDEXED_VALUE_TYPE_KEYWORD_LIST"}}
            """)!;
        var answer = await client.CallAsync("/temporal.api.operatorservice.v1.OperatorService/AddSearchAttributes", request, TimeSpan.FromSeconds(15));
        if (answer.Code != "OK")
        {
            throw new InvalidOperationException($"The search attributes of the recordings cannot be added: {answer.Code} {answer.Message}");
        }
    }

    private static ServerLimits Lowered() => new()
    {
        PendingActivities = 3,
        PendingChildren = 3,
        PendingSignals = 3,
        PendingCancelRequests = 3,
        SignalsPerRun = 5,
        HistoryEvents = 40,
        SuggestContinueAsNewEvents = 12,
        UpdatesInFlight = 2,
        UpdatesTotal = 5,
        BlobSize = 3000,
        BlobSizeWarning = 1000,
        MemoSize = 2000,
        BufferedEvents = 6,
    };
}
