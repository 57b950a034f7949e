using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Visibility;

/// <summary>Compares two messages field by field: the same fields must be there; ids, times, durations and sizes need only be of the same form.</summary>
internal static partial class Shape
{
    public static void Compare(JsonNode? recorded, JsonNode? seen, string path, List<string> differences)
    {
        switch (recorded, seen)
        {
            case (JsonObject left, JsonObject right):
                var (expected, actual) = (Named(left), Named(right));
                foreach (var name in expected.Keys.Union(actual.Keys).Order(StringComparer.Ordinal))
                {
                    if (!expected.TryGetValue(name, out var value) || !actual.TryGetValue(name, out var other))
                    {
                        differences.Add($"{path}/{name}: {(expected.ContainsKey(name) ? "missing" : $"not in the recording: {actual[name]?.ToJsonString()}")}");
                    }
                    else if (name == "historySizeBytes" || name == "stateTransitionCount")
                    {
                        // They tell of the server's inner workings.
                    }
                    else
                    {
                        Compare(value, other, $"{path}/{name}", differences);
                    }
                }

                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var i = 0; i < left.Count; i++)
                {
                    Compare(left[i], right[i], $"{path}/{i}", differences);
                }

                break;
            case (JsonValue left, JsonValue right) when Form(left.ToString(), path) == Form(right.ToString(), path):
                break;
            default:
                differences.Add($"{path}: seen {seen?.ToJsonString()}, recorded {recorded?.ToJsonString()}");
                break;
        }
    }

    private static Dictionary<string, JsonNode?> Named(JsonObject o) => o.ToDictionary(p => Form(p.Key, ""), p => p.Value);

    private static string Form(string text, string path)
    {
        text = text.Replace("type.googleapis.com/", "", StringComparison.Ordinal);
        if (path.EndsWith("/data", StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }

        if (Duration().IsMatch(text))
        {
            return double.Parse(text[..^1], CultureInfo.InvariantCulture) % 1 == 0 ? text : "{duration}";
        }

        text = Request().Replace(Uuid().Replace(text, "{id}"), "{id}:{event}:0");
        return Time().Replace(text, m => m.Value == "0001-01-01T00:00:00Z" ? m.Value : "{time}");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex Time();

    /// <summary>The request by which a parent started a child names the parent's event.</summary>
    [GeneratedRegex(@"^\{id\}:\d+:0$")]
    private static partial Regex Request();

    [GeneratedRegex(@"^-?\d+(\.\d+)?s$")]
    private static partial Regex Duration();
}
