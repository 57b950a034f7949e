using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance;

/// <summary>Compares an answer with a recorded one: every recorded field must be there and equal.</summary>
public sealed partial class Comparison(Symbols symbols, IReadOnlySet<string> unstable)
{
    private static readonly HashSet<string> Informative = new(
        [
            "historySizeBytes", "stateTransitionCount", "link", "signalLink", "autoResetPoints", "prevAutoResetPoints", "BuildIds", "backlogCountHint", "versioningInfo",
            "pollerScalingDecision", "taskId", "version", "elapsedSeconds",
        ], StringComparer.Ordinal);

    private static readonly HashSet<string> Unordered = new(["pendingActivities", "pendingChildren", "activityTasks", "pollers", "callbacks"], StringComparer.Ordinal);

    /// <summary>Times of the case's start, for recorded offsets.</summary>
    public DateTime Start { get; init; }

    /// <summary>Differences found, each with its place.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Compares the nodes at the place.</summary>
    public void Compare(JsonNode? recorded, JsonNode? seen, string path)
    {
        if (unstable.Contains(path))
        {
            Learn(recorded, seen);
            return;
        }

        switch (recorded)
        {
            case null:
                return;
            case JsonObject o:
                CompareObject(o, seen as JsonObject, path);
                break;
            case JsonArray a:
                CompareArray(a, seen as JsonArray, path);
                break;
            default:
                CompareValue(recorded.AsValue(), seen, path);
                break;
        }
    }

    private void CompareObject(JsonObject recorded, JsonObject? seen, string path)
    {
        foreach (var (name, value) in recorded)
        {
            var key = symbols.Substitute(name);
            if (Informative.Contains(name) || unstable.Contains($"{path}/{name}"))
            {
                Learn(value, seen?[key]);
                continue;
            }

            if (seen is not null && !seen.ContainsKey(key) && key.StartsWith('{') &&
                seen.FirstOrDefault(p => !recorded.ContainsKey(p.Key) && symbols.Matches(key, p.Key)).Key is { } learned)
            {
                key = learned;
            }

            if (seen is null || !seen.ContainsKey(key))
            {
                if (!IsEmpty(value))
                {
                    Differences.Add($"{path}/{name}: missing, recorded {Show(value)}");
                }

                continue;
            }

            if (Unordered.Contains(name) && value is JsonArray list && seen[key] is JsonArray others)
            {
                CompareUnordered(list, others, $"{path}/{name}");
            }
            else
            {
                Compare(value, seen[key], $"{path}/{name}");
            }
        }
    }

    /// <summary>What is not compared still names values that later steps use.</summary>
    public void Learn(JsonNode? recorded, JsonNode? seen)
    {
        if (recorded is JsonValue value && seen is JsonValue other)
        {
            symbols.Matches(value.ToString(), other.ToString());
        }
        else if (recorded is JsonObject o && seen is JsonObject p)
        {
            foreach (var (name, child) in o)
            {
                Learn(child, p[name]);
            }
        }
    }

    /// <summary>Only an empty object or list may be left out: elsewhere absence is a difference.</summary>
    private static bool IsEmpty(JsonNode? node) => node switch
    {
        null => true,
        JsonArray a => a.Count == 0,
        JsonObject o => o.All(p => Informative.Contains(p.Key) || IsEmpty(p.Value)),
        JsonValue v => v.ToString() is "" or "{0-1s}", // any duration up to a second may be none at all
        _ => false,
    };

    private void CompareArray(JsonArray recorded, JsonArray? seen, string path)
    {
        if (recorded.Count != (seen?.Count ?? 0))
        {
            Differences.Add($"{path}: {seen?.Count ?? 0} elements, recorded {recorded.Count}: seen {Kinds(seen)} recorded {Kinds(recorded)}");
            return;
        }

        var aligned = path.EndsWith("/events", StringComparison.Ordinal) ? AnswerOrder.Align(recorded, seen!) : seen;
        for (var i = 0; i < recorded.Count; i++)
        {
            Compare(recorded[i], aligned![i], $"{path}/{i}");
        }
    }

    private void CompareUnordered(JsonArray recorded, JsonArray seen, string path)
    {
        if (recorded.Count != seen.Count)
        {
            Differences.Add($"{path}: {seen.Count} elements, recorded {recorded.Count}");
            return;
        }

        string Key(JsonNode? n) => n is JsonObject o
            ? string.Join('|', new[] { "activityId", "workflowId", "identity" }.Select(k => symbols.Substitute(o[k]?.ToString() ?? "")))
            : n?.ToString() ?? "";
        var (left, right) = (recorded.OrderBy(Key, StringComparer.Ordinal).ToList(), seen.OrderBy(Key, StringComparer.Ordinal).ToList());
        for (var i = 0; i < left.Count; i++)
        {
            Compare(left[i], right[i], $"{path}/{i}");
        }
    }

    private void CompareValue(JsonValue recorded, JsonNode? seen, string path)
    {
        if (seen is not JsonValue)
        {
            Differences.Add($"{path}: seen {Show(seen)}, recorded {Show(recorded)}");
            return;
        }

        var (left, right) = (recorded.ToString(), seen.ToString());
        if (Near(left, right) || symbols.Matches(left, right) ||
            (double.TryParse(left, CultureInfo.InvariantCulture, out var a) && double.TryParse(right, CultureInfo.InvariantCulture, out var b) && Math.Abs(a - b) < 1e-9))
        {
            return;
        }

        Differences.Add($"{path}: seen {Show(seen)}, recorded {Show(recorded)}");
    }

    /// <summary>Offsets and durations that were measured agree within the tolerance that the recordings state.</summary>
    private bool Near(string recorded, string seen)
    {
        if (Offset().Match(recorded) is { Success: true } offset && DateTime.TryParse(
            seen, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time))
        {
            var expected = double.Parse(offset.Groups[1].Value, CultureInfo.InvariantCulture);
            return Math.Abs((time - Start).TotalSeconds - expected) < 2.5;
        }

        if (recorded == "server@host")
        {
            return Worker().IsMatch(seen);
        }

        return Noisy().Match(recorded) is { Success: true } noisy && seen.EndsWith('s') &&
            double.TryParse(seen[..^1], CultureInfo.InvariantCulture, out var seconds) &&
            Math.Abs(seconds - double.Parse(noisy.Groups[1].Value, CultureInfo.InvariantCulture)) < 1.2;
    }

    private static string Kinds(JsonArray? list) => list is null ? "nothing" : "[" + string.Join(", ", list.Select(n =>
        (n as JsonObject)?["eventType"]?.ToString().Replace("EVENT_TYPE_", "", StringComparison.Ordinal) ?? Show(n))) + "]";

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "nothing";
        return text.Length > 200 ? text[..200] + "…" : text;
    }

    /// <summary>The identity of a server's own worker: process, host, and nothing.</summary>
    [GeneratedRegex(@"^\d+@[^@]*@$")]
    private static partial Regex Worker();

    [GeneratedRegex(@"^\{t\+([\d.]+)\}$")]
    private static partial Regex Offset();

    [GeneratedRegex(@"^\{([\d.]+)s\}$")]
    private static partial Regex Noisy();
}
