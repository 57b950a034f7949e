using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>Encoding of null: no data.</summary>
public class BinaryNullConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("binary/null");

    /// <inheritdoc/>
    public string Encoding => "binary/null";

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        payload = value is null ? PayloadEncoding.Create(EncodingBytes, ByteString.Empty) : null;
        return payload is not null;
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        if (!payload.Data.IsEmpty)
        {
            throw new ArgumentException($"A payload of encoding 'binary/null' must be empty, it has {payload.Data.Length} bytes.", nameof(payload));
        }

        if (type == typeof(ValueTuple))
        {
            // The empty tuple stands for "no value".
            return default(ValueTuple);
        }

        if (type.IsValueType && Nullable.GetUnderlyingType(type) is null)
        {
            throw new ArgumentException($"Null cannot be read as the non-nullable type '{type}'.", nameof(type));
        }

        return null;
    }
}
