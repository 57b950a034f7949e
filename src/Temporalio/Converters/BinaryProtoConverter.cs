using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>Encoding of protobuf messages in their wire format. By default only used to decode: JSON comes first.</summary>
public class BinaryProtoConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("binary/protobuf");

    /// <inheritdoc/>
    public string Encoding => "binary/protobuf";

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        if (value is not IMessage message)
        {
            payload = null;
            return false;
        }

        payload = PayloadEncoding.Create(EncodingBytes, message.ToByteString());
        payload.Metadata.Add(PayloadEncoding.MessageTypeKey, ByteString.CopyFromUtf8(message.Descriptor.FullName));
        return true;
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        var message = JsonProtoConverter.CreateMessage(type, Encoding);
        message.MergeFrom(payload.Data);
        return message;
    }
}
