using System.Text;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using PayloadList = Temporalio.Api.Common.V1.Payloads;

namespace Temporal.DevServer.History;

/// <summary>What the server itself reads from and writes into payloads.</summary>
internal static class PayloadJson
{
    private static readonly ByteString JsonPlain = ByteString.CopyFromUtf8("json/plain");

    /// <summary>Absent, empty or JSON null or an empty JSON list: the value that removes a key.</summary>
    public static bool IsNull(Payload payload)
    {
        if (payload.Data.IsEmpty)
        {
            return true;
        }

        var data = payload.Data.Span.Trim(" \t\r\n"u8);
        return data.SequenceEqual("null"u8) || data.SequenceEqual("[]"u8);
    }

    /// <summary>A JSON string payload.</summary>
    public static Payload JsonString(string text) => Json(System.Text.Json.JsonSerializer.Serialize(text));

    /// <summary>A payload of the JSON text.</summary>
    public static Payload Json(string json)
    {
        var payload = new Payload { Data = ByteString.CopyFrom(json, Encoding.UTF8) };
        payload.Metadata["encoding"] = JsonPlain;
        return payload;
    }

    /// <summary>The value of a search attribute that is a list of keywords.</summary>
    public static Payload KeywordList(IEnumerable<string> keywords)
    {
        var payload = Json(System.Text.Json.JsonSerializer.Serialize(keywords));
        payload.Metadata["type"] = ByteString.CopyFromUtf8("KeywordList");
        return payload;
    }

    /// <summary>One JSON string as a payload list.</summary>
    public static PayloadList Text(string text) => new() { Payloads_ = { JsonString(text) } };
}
