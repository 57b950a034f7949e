using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>The metadata that says how a payload is encoded.</summary>
internal static class PayloadEncoding
{
    /// <summary>Key of the encoding's name.</summary>
    internal const string Key = "encoding";

    /// <summary>Key of the full name of the protobuf message.</summary>
    internal const string MessageTypeKey = "messageType";

    /// <summary>Makes a payload around bytes that nobody changes afterwards.</summary>
    internal static Payload Create(ByteString encoding, ByteString data)
    {
        var payload = new Payload { Data = data };
        payload.Metadata.Add(Key, encoding);
        return payload;
    }
}
