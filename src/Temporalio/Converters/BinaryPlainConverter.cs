using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>Encoding of byte arrays: the bytes as they are.</summary>
public class BinaryPlainConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("binary/plain");

    /// <inheritdoc/>
    public string Encoding => "binary/plain";

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        payload = value is byte[] bytes ? PayloadEncoding.Create(EncodingBytes, ByteString.CopyFrom(bytes)) : null;
        return payload is not null;
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        if (!type.IsAssignableFrom(typeof(byte[])))
        {
            throw new ArgumentException($"A payload of encoding 'binary/plain' can only be read as byte[], not as '{type}'.", nameof(type));
        }

        return payload.Data.ToByteArray();
    }
}
