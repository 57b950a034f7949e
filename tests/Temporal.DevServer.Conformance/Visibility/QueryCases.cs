using System.Globalization;
using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Visibility;

/// <summary>Lists, scans and counts.</summary>
internal sealed class QueryCases(GoldenNamespace server, Population population, CaseList cases)
{
    private string _token = "";

    /// <summary>One recorded query: as a list, as a scan and as a count.</summary>
    public Task RunAsync(JsonObject line) => cases.RunAsync(line["id"]!.ToString(), async differences =>
    {
        var query = population.Fill(Written(line["query"]!.ToString()));
        var seen = await ListAsync("ListWorkflowExecutions", new JsonObject { ["query"] = query });
        string?[] accepted = [Expected(line, "ids", "error"), line["alternative"] is null ? null : Expected(line, "alternative", "error")];
        if (!accepted.Contains(seen))
        {
            differences.Add($"{query}: list gave {seen}, recorded {accepted[0]}");
        }

        var scanned = await ListAsync("ScanWorkflowExecutions", new JsonObject { ["query"] = query });
        var scan = line["scanIds"] is not null || line["scanError"] is not null ? Expected(line, "scanIds", "scanError") : seen;
        if (scanned != scan)
        {
            differences.Add($"{query}: scan gave {scanned}, expected {scan}");
        }

        var counted = await CountAsync(query);
        var count = line["countError"] is JsonObject error ? Error(error)
            : line["count"] is JsonObject groups ? Groups(groups)
            : seen.StartsWith("error", StringComparison.Ordinal) ? seen : Groups(new JsonObject { ["count"] = seen.Length == 0 ? 0 : seen.Split(" | ").Length });
        if (counted != count)
        {
            differences.Add($"{query}: count gave {counted}, expected {count}");
        }
    });

    /// <summary>Counts with their groups.</summary>
    public async Task CountsAsync(JsonArray counts)
    {
        foreach (var vector in counts)
        {
            var query = vector!["query"]!.ToString();
            await cases.RunAsync($"count {query}", async differences =>
            {
                var response = vector["response"]!.AsObject();
                var expected = response["error"] is JsonObject error ? Error(error) : Groups(response);
                var seen = await CountAsync(query);
                if (seen != expected)
                {
                    differences.Add($"seen {seen}, recorded {expected}");
                }
            });
        }
    }

    /// <summary>Pages and the older lists. A token in a request is that of the page before, or of the first page.</summary>
    public async Task PagesAsync(JsonArray vectors)
    {
        var first = "";
        foreach (var vector in vectors)
        {
            var name = vector!["name"]!.ToString();
            var method = vector["method"]!.ToString();
            await cases.RunAsync($"{method} {name}", async differences =>
            {
                var request = vector["request"]!.DeepClone().AsObject();
                if (request["nextPageToken"]?.ToString() == "<token>")
                {
                    // Only the third page goes on from the second: the others repeat the step after the first one.
                    request["nextPageToken"] = name.StartsWith("third", StringComparison.Ordinal) ? _token : first;
                }

                var seen = await ListAsync(method, request, vector["hasNextPageToken"] is null ? null : differences, vector["hasNextPageToken"]?.GetValue<bool>() == true);
                if (name.EndsWith(", first", StringComparison.Ordinal))
                {
                    first = _token;
                }

                // A garbage token makes the recorded server fail; the recording's README prefers a proper refusal.
                var expected = name == "garbage token" ? "error INVALID_ARGUMENT Invalid NextPageToken." : Expected(vector.AsObject(), "ids", "error");
                if (seen != expected)
                {
                    differences.Add($"seen {seen}, recorded {expected}");
                }
            });
        }
    }

    private async Task<string> ListAsync(string method, JsonObject request, List<string>? differences = null, bool hasNext = false)
    {
        if (method.StartsWith("Count", StringComparison.Ordinal))
        {
            return await CountAsync(request["query"]!.ToString(), request);
        }

        var answer = await server.TryAsync(method, request);
        if (answer.Code != "OK")
        {
            return $"error {answer.Code} {answer.Message}";
        }

        _token = answer.Response!["nextPageToken"]?.ToString() ?? "";
        if (differences is not null && hasNext != _token.Length > 0)
        {
            differences.Add($"next page token: '{_token}', recorded {hasNext}");
        }

        return string.Join(" | ", (answer.Response["executions"]?.AsArray() ?? []).Select(e => population.Name(e!)));
    }

    private async Task<string> CountAsync(string query, JsonObject? request = null)
    {
        var answer = await server.TryAsync("CountWorkflowExecutions", request ?? new JsonObject { ["query"] = query });
        return answer.Code == "OK" ? Groups(answer.Response!.AsObject()) : $"error {answer.Code} {answer.Message}";
    }

    private static string Groups(JsonObject response)
    {
        var groups = (response["groups"]?.AsArray() ?? []).Select(g => $"{g!["groupValues"]![0]!["data"]}:{Type(g["groupValues"]![0]!)}={g["count"]}");
        return $"{response["count"] ?? "0"}: {string.Join(", ", groups.Order(StringComparer.Ordinal))}";
    }

    private static string Type(JsonNode payload) => string.Join(',', payload["metadata"]!.AsObject().OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => m.Value!.ToString()));

    private string Expected(JsonObject line, string ids, string error) => line[ids] switch
    {
        JsonArray list => string.Join(" | ", list.Select(id => id!.ToString())),
        JsonValue => string.Join(" | ", population.DefaultOrder),
        _ => line[error] is JsonObject e ? Error(e) : "",
    };

    private static string Error(JsonObject error) => $"error {error["code"]} {error["message"]}";

    /// <summary>Three queries are abbreviated in the recording.</summary>
    private static string Written(string query) => query switch
    {
        _ when query.StartsWith("WorkflowId IN ('wf-0000'", StringComparison.Ordinal) =>
            $"WorkflowId IN ({string.Join(", ", Enumerable.Range(0, 2000).Select(n => $"'wf-{n.ToString("D4", CultureInfo.InvariantCulture)}'"))}, 'wf-001')",
        _ when query.Contains("400 terms", StringComparison.Ordinal) =>
            string.Join(" OR ", Enumerable.Range(1, 400).Select(n => $"WorkflowId = 'wf-{n.ToString("D3", CultureInfo.InvariantCulture)}'")),
        _ when query.StartsWith("300 nested", StringComparison.Ordinal) => new string('(', 300) + "WorkflowId = 'wf-001'" + new string(')', 300),
        _ => query,
    };
}
