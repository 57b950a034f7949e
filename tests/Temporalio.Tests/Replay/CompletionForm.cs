using System.Text;
using System.Text.Json.Nodes;

namespace Temporalio.Tests.Replay;

/// <summary>
/// Reports without what languages and workers may differ in: names and versions of the SDK, stack traces and texts of its own errors,
/// empty messages, encodings of nothing, the order of keys in JSON payloads, times in markers.
/// </summary>
internal static class CompletionForm
{
    private static readonly string[] Ignored =
    [
        "identity", "stackTrace", "source", "workerVersionStamp", "workerVersion", "workerInstanceKey", "meteringMetadata", "binaryChecksum", "namespace", "sdkMetadata",
        "originalScheduleTime", "completeTime", "resourceId",

        // Notes of the recording language: which handler a command belongs to.
        "eventGroupMarkers",

        // Python writes the default that the server would take.
        "maximumInterval",
    ];

    /// <summary>Scenarios whose worker took activities at once; the others switched that off, or had no free slot.</summary>
    private static readonly string[] EagerScenarios = ["100", "101", "103", "104", "255"];

    /// <summary>The comparable form of a report.</summary>
    public static JsonObject Normalise(JsonObject report, string scenario)
    {
        var copy = report.DeepClone().AsObject();
        NormaliseFlags(copy);
        if ((string?)copy["cause"] == "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR" && copy["failure"] is JsonObject mismatch)
        {
            // The core's words and no type there, ours with the exception's name here; the code of the rule is the same.
            mismatch["message"] = mismatch["message"]!.ToString().Contains("[TMPRL1100]", StringComparison.Ordinal) ? "[TMPRL1100]" : mismatch["message"]!.ToString();
            mismatch.Remove("applicationFailureInfo");
        }

        if (copy["stickyAttributes"]?["workerTaskQueue"] is JsonObject sticky)
        {
            sticky["name"] = "sticky";
        }

        if (scenario.StartsWith("640", StringComparison.Ordinal))
        {
            // Its first worker had another sticky timeout than its second.
            copy["stickyAttributes"]?.AsObject().Remove("scheduleToStartTimeout");
        }

        Clean(copy, scenario);
        RemoveEmpty(copy);
        return copy;
    }

    /// <summary>The first place where two forms differ, and how.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? seen, string path = "$")
    {
        switch (expected, seen)
        {
            case (JsonObject a, JsonObject b):
                return a.Select(p => p.Key).Union(b.Select(p => p.Key)).Select(k => Difference(a[k], b[k], $"{path}.{k}")).FirstOrDefault(d => d is not null);
            case (JsonArray a, JsonArray b):
                return Enumerable.Range(0, Math.Max(a.Count, b.Count))
                    .Select(i => Difference(i < a.Count ? a[i] : null, i < b.Count ? b[i] : null, $"{path}[{i}]")).FirstOrDefault(d => d is not null);
            default:
                return JsonNode.DeepEquals(expected, seen) ? null : $"{path}: expected {expected?.ToJsonString() ?? "nothing"}, seen {seen?.ToJsonString() ?? "nothing"}";
        }
    }

    private static void NormaliseFlags(JsonObject report)
    {
        if (report["sdkMetadata"] is JsonObject metadata && metadata["coreUsedFlags"] is JsonArray core)
        {
            report["flags"] = string.Join(',', core.Select(f => (int)f!).Order());
        }
    }

    private static void Clean(JsonObject o, string scenario)
    {
        foreach (var (key, value) in o.ToList())
        {
            switch (value)
            {
                case JsonObject child when key == "failure" || key == "cause":
                    CleanFailure(child);
                    Clean(child, scenario);
                    break;
                case JsonObject child:
                    Clean(child, scenario);
                    break;
                case JsonArray array:
                    foreach (var item in array.OfType<JsonObject>())
                    {
                        Clean(item, scenario);
                    }

                    break;
            }

            var isEmpty = value is JsonObject { Count: 0 } or JsonArray { Count: 0 } || (value is JsonValue v && v.ToString() is "" or "0s" or "false");
            if (Ignored.Contains(key) || isEmpty || (key == "requestEagerExecution" && !EagerScenarios.Contains(scenario[..Math.Min(3, scenario.Length)])))
            {
                o.Remove(key);
            }
        }

        if ((string?)o["data"] is { } data)
        {
            o["data"] = Data(data);
        }
        else if (o["metadata"] is JsonObject { Count: > 0 } m && m["encoding"] is not null && (string?)m["encoding"] == Encode("binary/null"))
        {
            o["data"] = "null";
            m.Remove("type");
        }

        CleanSpecial(o);
    }

    private static void RemoveEmpty(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (key, value) in o.ToList())
                {
                    RemoveEmpty(value);
                    if (value is JsonObject { Count: 0 } or JsonArray { Count: 0 })
                    {
                        o.Remove(key);
                    }
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    RemoveEmpty(item);
                }

                break;
        }
    }

    private static void CleanSpecial(JsonObject o)
    {
        // A void result: binary/null there, nothing here. The type a run continues as: its own there when empty, named here.
        if (o["completeWorkflowExecutionCommandAttributes"] is JsonObject complete && complete["result"]?["payloads"]?[0]?["data"]?.ToString() == "null")
        {
            complete.Remove("result");
        }

        if (o["continueAsNewWorkflowExecutionCommandAttributes"] is JsonObject next)
        {
            next.Remove("workflowType");
            next.Remove("taskQueue");
            next.Remove("inheritBuildId");
        }

        if (o["backoffCoefficient"] is { } coefficient)
        {
            o["backoffCoefficient"] = double.Parse(coefficient.ToString(), System.Globalization.CultureInfo.InvariantCulture);
        }

        if (o["errorMessage"] is not null)
        {
            o["errorMessage"] = "text";
            o.Remove("failure");
        }

        if (o["startTimerCommandAttributes"] is JsonObject timer && timer["startToFireTimeout"]?.ToString() is null or "0.001s")
        {
            (o["startTimerCommandAttributes"] as JsonObject)?.Remove("startToFireTimeout");
        }
    }

    private static void CleanFailure(JsonObject failure)
    {
        // Texts of the SDK's own errors are its own.
        if (failure["applicationFailureInfo"] is JsonObject { } info && info["type"]?.ToString() is "RuntimeError" or "InvalidOperationException")
        {
            failure["message"] = "text";
            ((JsonObject)failure["applicationFailureInfo"]!)["type"] = "language";
        }
        else if (failure["activityFailureInfo"] is not null || failure["childWorkflowExecutionFailureInfo"] is not null || failure["canceledFailureInfo"] is not null || failure["timeoutFailureInfo"] is not null)
        {
            failure.Remove("message");
        }
    }

    private static string Data(string base64)
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        try
        {
            return Sorted(JsonNode.Parse(text));
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }

    private static string Sorted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                string[] times = ["complete_time", "original_schedule_time"];
                return "{" + string.Join(',', o.Where(p => !times.Contains(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{(p.Key == "stack_trace" ? "(removed)" : Sorted(p.Value))}")) + "}";
            case JsonArray a:
                return "[" + string.Join(',', a.Select(Sorted)) + "]";
            case JsonValue v when v.TryGetValue<DateTimeOffset>(out var time):
                return time.UtcDateTime.ToString("O");
            default:
                return node?.ToJsonString() ?? "null";
        }
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
