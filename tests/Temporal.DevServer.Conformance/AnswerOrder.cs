using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance;

/// <summary>
/// The recordings' README leaves one order open: in which the answers to independent asynchronous commands of one task come (children that
/// started or did not, messages to other workflows that arrived or did not).
/// </summary>
public static class AnswerOrder
{
    private static readonly HashSet<string> Answers = new(
        [
            "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED", "EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED",
            "EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED", "EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
            "EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED", "EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
        ], StringComparer.Ordinal);

    /// <summary>The seen events with such answers at the places of the recorded ones, when the same answers came in another order.</summary>
    public static JsonArray Align(JsonArray recorded, JsonArray seen)
    {
        var places = Enumerable.Range(0, recorded.Count).Where(i => Name(recorded[i]) is not null).ToList();
        if (places.Count < 2 || !places.SequenceEqual(Enumerable.Range(0, seen.Count).Where(i => Name(seen[i]) is not null)))
        {
            return seen;
        }

        var byName = places.Select(i => seen[i]!).ToLookup(e => Name(e)!);
        if (places.Any(i => byName[Name(recorded[i])!].Count() != 1))
        {
            return seen;
        }

        var aligned = seen.DeepClone().AsArray();
        foreach (var i in places)
        {
            var answer = byName[Name(recorded[i])!].Single().DeepClone();
            foreach (var field in new[] { "eventId", "eventTime" })
            {
                answer[field] = seen[i]![field]?.DeepClone();
            }

            aligned[i] = answer;
        }

        return aligned;
    }

    /// <summary>Kind and command of an answer, or null for any other event.</summary>
    private static string? Name(JsonNode? e) =>
        e?["eventType"]?.ToString() is { } type && Answers.Contains(type)
            ? type + e.AsObject().Select(p => p.Value).OfType<JsonObject>().Select(a => a["initiatedEventId"]?.ToString()).FirstOrDefault(id => id is not null)
            : null;
}
