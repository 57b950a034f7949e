using System.Text.Json;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// Where the next page starts: after <see cref="After"/>. Runs that closed later than <see cref="Until"/>, the newest time known when the
/// first page was read, are still taken to be open, so that a run that closes between two pages neither comes twice nor is missed.
/// </summary>
internal sealed record PageToken(SortKey After, long Until)
{
    private const string CloseTime = "CloseTime";
    private const string StartTime = "StartTime";
    private const string RunId = "RunID";
    private const string Snapshot = "Until";

    /// <summary>Reads a token of this server.</summary>
    /// <exception cref="VisibilityQueryException">It is none.</exception>
    public static PageToken? Read(ReadOnlySpan<byte> token)
    {
        if (token.IsEmpty)
        {
            return null;
        }

        try
        {
            var root = JsonSerializer.Deserialize<JsonElement>(token);
            var runId = root.GetProperty(RunId).GetString() ?? throw VisibilityQueryException.PageToken();
            return new(new(root.GetProperty(CloseTime).GetInt64(), root.GetProperty(StartTime).GetInt64(), runId), root.GetProperty(Snapshot).GetInt64());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw VisibilityQueryException.PageToken();
        }
    }

    /// <summary>The token as bytes: JSON, times in microseconds.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber(CloseTime, After.CloseMicros);
            writer.WriteNumber(StartTime, After.StartMicros);
            writer.WriteString(RunId, After.RunId);
            writer.WriteNumber(Snapshot, Until);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
