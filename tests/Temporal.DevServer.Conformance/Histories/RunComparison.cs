using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>Compares what was seen with what was recorded, in both directions, but for times, ids and what depends on the machine.</summary>
public sealed partial class RunComparison(Identities identities)
{
    private static readonly HashSet<string> Left = new(
        [
            "taskId", "historySizeBytes", "link", "links", "signalLink", "namespaceId", "parentWorkflowNamespaceId", "workflowNamespaceId", "prevAutoResetPoints", "autoResetPoints",
            "version", "backlogCountHint", "pollerScalingDecision", "pollerGroupInfos", "pollerGroupId", "stackTrace", "stateTransitionCount", "buildId",
            "versioningInfo", "BuildIds",
        ], StringComparer.Ordinal);

    private static readonly HashSet<string> Sets = new(["coreUsedFlags", "langUsedFlags"], StringComparer.Ordinal);

    private static readonly HashSet<string> Keyed = new(["activityTasks", "pendingActivities", "pendingChildren"], StringComparer.Ordinal);

    /// <summary>Differences found, each with its place.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Compares two nodes.</summary>
    public void Compare(JsonNode? recorded, JsonNode? seen, string path)
    {
        switch (recorded, seen)
        {
            case (null, null):
                break;
            case (JsonObject a, JsonObject b):
                CompareObjects(a, b, path);
                break;
            case (JsonArray a, JsonArray b):
                CompareLists(a, b, path);
                break;
            case (JsonValue a, JsonValue b):
                CompareValues(a.ToString(), b.ToString(), path);
                break;
            default:
                Differences.Add($"{path}: seen {Show(seen)}, recorded {Show(recorded)}");
                break;
        }
    }

    private void CompareObjects(JsonObject recorded, JsonObject seen, string path)
    {
        if (path.EndsWith("/queries", StringComparison.Ordinal))
        {
            (recorded, seen) = Renamed(recorded, seen);
        }

        foreach (var name in recorded.Select(p => p.Key).Union(seen.Select(p => p.Key)).Where(n => !Left.Contains(n)))
        {
            var (a, b) = (recorded[name], seen[name]);
            if (a is not null && b is not null)
            {
                if (Sets.Contains(name))
                {
                    (a, b) = (Sorted(a.AsArray()), Sorted(b.AsArray()));
                }
                else if (Keyed.Contains(name))
                {
                    (a, b) = (ByKey(a.AsArray()), ByKey(b.AsArray()));
                }
            }

            if (name == "data" && a is JsonValue && b is JsonValue)
            {
                CompareValues(Text(a.ToString()), Text(b.ToString()), $"{path}/{name}");
            }
            else if (a is null || b is null)
            {
                if (!OnlyLeftOut(a ?? b))
                {
                    Differences.Add($"{path}/{name}: seen {Show(b)}, recorded {Show(a)}");
                }
            }
            else
            {
                Compare(a, b, $"{path}/{name}");
            }
        }
    }

    /// <summary>Queries are known by ids: those that ask the same are the same.</summary>
    private (JsonObject Recorded, JsonObject Seen) Renamed(JsonObject recorded, JsonObject seen)
    {
        var left = recorded.OrderBy(p => p.Value!.ToJsonString(), StringComparer.Ordinal).ToList();
        var right = seen.OrderBy(p => p.Value!.ToJsonString(), StringComparer.Ordinal).ToList();
        foreach (var (a, b) in left.Zip(right))
        {
            identities.Learn(a.Key, b.Key);
        }

        return (identities.Put(recorded)!.AsObject(), seen);
    }

    private void CompareLists(JsonArray recorded, JsonArray seen, string path)
    {
        if (recorded.Count != seen.Count)
        {
            Differences.Add($"{path}: seen {seen.Count} {Kinds(seen)}, recorded {recorded.Count} {Kinds(recorded)}");
            return;
        }

        for (var i = 0; i < recorded.Count; i++)
        {
            Compare(recorded[i], seen[i], $"{path}/{i}");
        }
    }

    private void CompareValues(string recorded, string seen, string path)
    {
        if (identities.Matches(recorded, seen) || (Time().IsMatch(recorded) && Time().IsMatch(seen)) ||
            (double.TryParse(recorded, CultureInfo.InvariantCulture, out var a) && double.TryParse(seen, CultureInfo.InvariantCulture, out var b) && a.Equals(b)) ||
            Measured(recorded, seen, path))
        {
            return;
        }

        Differences.Add($"{path}: seen '{Cut(seen)}', recorded '{Cut(recorded)}'");
    }

    /// <summary>Durations that the server measured: the wait for the next cron time, what was left of a run's time.</summary>
    private static bool Measured(string recorded, string seen, string path) =>
        (path.EndsWith("Backoff", StringComparison.Ordinal) || path.EndsWith("executionDuration", StringComparison.Ordinal) || path.EndsWith("backoffStartInterval", StringComparison.Ordinal) || path.EndsWith("Timeout", StringComparison.Ordinal)) &&
        recorded.EndsWith('s') && seen.EndsWith('s') && recorded.Contains('.', StringComparison.Ordinal) && recorded.Length > 6 &&
        double.TryParse(recorded[..^1], CultureInfo.InvariantCulture, out var a) && double.TryParse(seen[..^1], CultureInfo.InvariantCulture, out var b) && Math.Abs(a - b) < 3;

    private static bool OnlyLeftOut(JsonNode? node) => node switch
    {
        JsonObject o => o.Count > 0 && o.All(p => Left.Contains(p.Key) || OnlyLeftOut(p.Value)),
        _ => false,
    };

    private static string Text(string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            return base64; // a text field of that name
        }
    }

    private static JsonArray Sorted(JsonArray list) => new([.. list.Select(n => n!.ToString()).Order(StringComparer.Ordinal).Select(t => JsonValue.Create(t))]);

    private static JsonArray ByKey(JsonArray list) => new([.. list.OrderBy(n => n?["activityId"]?.ToString() ?? n?["workflowId"]?.ToString(), StringComparer.Ordinal).Select(n => n!.DeepClone())]);

    private static string Kinds(JsonArray list) => "[" + string.Join(", ", list.Select(n => n?["eventType"]?.ToString()["EVENT_TYPE_".Length..] ?? Show(n))) + "]";

    private static string Show(JsonNode? node) => Cut(node?.ToJsonString() ?? "nothing");

    private static string Cut(string text) => text.Length > 300 ? text[..300] + "…" : text;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]
    private static partial Regex Time();
}
