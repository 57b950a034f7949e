using System.Globalization;
using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>An event of a recorded history.</summary>
public sealed class RecordedEvent(JsonObject json)
{
    /// <summary>The event's number.</summary>
    public long Id { get; } = long.Parse(json["eventId"]!.ToString(), CultureInfo.InvariantCulture);

    /// <summary>Its type, without the prefix.</summary>
    public string Type { get; } = json["eventType"]!.ToString()["EVENT_TYPE_".Length..];

    /// <summary>When it happened, in milliseconds of the epoch.</summary>
    public double Time { get; } = Clock(json["eventTime"]!.ToString());

    /// <summary>The whole event.</summary>
    public JsonObject Json => json;

    /// <summary>The attributes of its type.</summary>
    public JsonObject Attributes => json.FirstOrDefault(p => p.Key.EndsWith("EventAttributes", StringComparison.Ordinal)).Value?.AsObject() ?? [];

    /// <summary>A time of a recording as milliseconds of the epoch.</summary>
    public static double Clock(string text) =>
        (DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).TotalMilliseconds;
}
