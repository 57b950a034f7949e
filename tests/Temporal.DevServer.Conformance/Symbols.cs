using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance;

/// <summary>The recording's names for values that differ from run to run, with the values they have in this run.</summary>
public sealed partial class Symbols
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Puts known values in place of names, and writes out repetitions, in a request.</summary>
    public string Substitute(string text)
    {
        text = Repeat().Replace(text, m => string.Concat(Enumerable.Repeat(Regex.Unescape(m.Groups[1].Value), int.Parse(m.Groups[2].Value))));
        return Named().Replace(text, m => _values.GetValueOrDefault(m.Value, m.Value));
    }

    /// <summary>Whether the seen text is what the recording says; learns names on the way.</summary>
    public bool Matches(string recorded, string seen)
    {
        if (recorded == seen)
        {
            return true;
        }

        recorded = Repeat().Replace(recorded, m => string.Concat(Enumerable.Repeat(Regex.Unescape(m.Groups[1].Value), int.Parse(m.Groups[2].Value))));
        var pattern = new StringBuilder("^");
        var learned = new List<string>();
        var at = 0;
        foreach (Match m in Any().Matches(recorded))
        {
            pattern.Append(Regex.Escape(recorded[at..m.Index]));
            at = m.Index + m.Length;
            if (Named().Match(m.Value) is { Success: true, Length: var length } && length == m.Length)
            {
                if (_values.TryGetValue(m.Value, out var known))
                {
                    pattern.Append(Regex.Escape(known));
                    continue;
                }

                if (learned.IndexOf(m.Value) is var index and >= 0)
                {
                    pattern.Append($"\\{index + 1}");
                    continue;
                }

                learned.Add(m.Value);
                pattern.Append("(.+)");
            }
            else
            {
                pattern.Append("[\\s\\S]*");
            }
        }

        pattern.Append(Regex.Escape(recorded[at..])).Append('$');
        var match = Regex.Match(seen, pattern.ToString());
        if (!match.Success)
        {
            return false;
        }

        for (var i = 0; i < learned.Count; i++)
        {
            _values[learned[i]] = match.Groups[i + 1].Value;
        }

        return true;
    }

    /// <summary>Substitutes in every string of a request.</summary>
    public JsonNode? Substitute(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(Substitute(p.Key), Substitute(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Substitute)]),
        JsonValue v when v.TryGetValue<string>(out var text) => JsonValue.Create(Substitute(text)),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"\{(?:run|token|ctoken|page|req|id|cluster|ep)-\d+\}")]
    private static partial Regex Named();

    [GeneratedRegex(@"\{((?:\\u[0-9a-f]{4})|.)\*(\d+)\}")]
    private static partial Regex Repeat();

    [GeneratedRegex(@"\{(?:run|token|ctoken|page|req|id|cluster|ep)-\d+\}|\{(?:t(?:\+[\d.]+)?|size|duration|hash|host:port|token|\d+ hex digits|[\d.]+-[\d.]+s|[\d.]+s|client side deadline)\}")]
    private static partial Regex Any();
}
