using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>Encoding of everything else as JSON by <see cref="JsonSerializer"/>.</summary>
public class JsonPlainConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("json/plain");

    /// <summary>Creates the converter.</summary>
    /// <param name="serializerOptions">How values are written and read.</param>
    public JsonPlainConverter(JsonSerializerOptions serializerOptions) => SerializerOptions = serializerOptions;

    /// <inheritdoc/>
    public virtual string Encoding => "json/plain";

    /// <summary>How values are written and read.</summary>
    protected JsonSerializerOptions SerializerOptions { get; }

    /// <inheritdoc/>
    public virtual bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        // The bytes are fresh and nobody else holds them, so they need no second copy.
        var json = JsonSerializer.SerializeToUtf8Bytes(value, value?.GetType() ?? typeof(object), SerializerOptions);
        payload = PayloadEncoding.Create(
            Encoding == "json/plain" ? EncodingBytes : ByteString.CopyFromUtf8(Encoding), UnsafeByteOperations.UnsafeWrap(json));
        return true;
    }

    /// <inheritdoc/>
    public virtual object? ToValue(Payload payload, Type type) =>
        JsonSerializer.Deserialize(payload.Data.Span, type, SerializerOptions);
}
