using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>Recorded ids and tokens with the ones that stand for them in this run.</summary>
public sealed partial class Identities
{
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);

    /// <summary>What stands for the recorded id, or null when it is not known yet.</summary>
    public string? Find(string recorded) => _seen.GetValueOrDefault(recorded);

    /// <summary>The id stands for the recorded one from now on, unless another already does.</summary>
    public void Learn(string? recorded, string? seen)
    {
        if (recorded is not null && seen is not null && (Token().IsMatch(recorded) || Uuid().Match(recorded).Length == recorded.Length))
        {
            _seen.TryAdd(recorded, seen);
        }
    }

    /// <summary>Whether the text agrees with the recorded one, but for ids; learns those it does not know.</summary>
    public bool Matches(string recorded, string seen)
    {
        if (recorded == seen)
        {
            return true;
        }

        if (Token().IsMatch(recorded))
        {
            Learn(recorded, seen);
            return Find(recorded) == seen;
        }

        var (left, right) = (Uuid().Matches(recorded), Uuid().Matches(seen));
        if (left.Count == 0 || left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            Learn(left[i].Value, right[i].Value);
        }

        return Put(recorded) == seen;
    }

    /// <summary>Known ids in place of recorded ones, everywhere in a request, payloads included.</summary>
    public JsonNode? Put(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(Put(p.Key), p.Key == "data" && p.Value is JsonValue v ? PutData(v.ToString()) : Put(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Put)]),
        JsonValue v when v.TryGetValue<string>(out var text) => JsonValue.Create(Put(text)),
        _ => node?.DeepClone(),
    };

    /// <summary>Known ids in place of recorded ones in a text.</summary>
    public string Put(string text) => _seen.TryGetValue(text, out var whole) ? whole : Uuid().Replace(text, m => _seen.GetValueOrDefault(m.Value, m.Value));

    private JsonNode PutData(string base64)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(base64));
            var put = Put(text);
            return JsonValue.Create(put == text ? base64 : Convert.ToBase64String(Encoding.UTF8.GetBytes(put)));
        }
        catch (FormatException)
        {
            return JsonValue.Create(base64); // a text field that happens to be called data
        }
    }

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^token-\d+$")]
    private static partial Regex Token();
}
