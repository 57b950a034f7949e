using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lakehouse.Tables.Operations;

/// <summary>How JSON that goes into the log as a text is written.</summary>
internal static class JsonText
{
    /// <summary>Without escapes for characters that need none.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A list of texts, as Spark writes lists into operation parameters.</summary>
    public static string List(IEnumerable<string> texts) => JsonSerializer.Serialize(texts, Relaxed);
}
