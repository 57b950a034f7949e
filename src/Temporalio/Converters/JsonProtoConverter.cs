using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>Encoding of protobuf messages as proto3 JSON.</summary>
public class JsonProtoConverter : IEncodingConverter
{
    private static readonly ByteString EncodingBytes = ByteString.CopyFromUtf8("json/protobuf");

    /// <summary>Creates the converter with the default format; unknown fields are ignored when reading.</summary>
    public JsonProtoConverter()
        : this(JsonFormatter.Default, new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true)))
    {
    }

    /// <summary>Creates the converter.</summary>
    /// <param name="formatter">How messages are written.</param>
    /// <param name="parser">How messages are read.</param>
    public JsonProtoConverter(JsonFormatter formatter, JsonParser parser)
    {
        Formatter = formatter;
        Parser = parser;
    }

    /// <inheritdoc/>
    public string Encoding => "json/protobuf";

    /// <summary>How messages are written.</summary>
    protected JsonFormatter Formatter { get; }

    /// <summary>How messages are read.</summary>
    protected JsonParser Parser { get; }

    /// <inheritdoc/>
    public bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload)
    {
        if (value is not IMessage message)
        {
            payload = null;
            return false;
        }

        payload = PayloadEncoding.Create(EncodingBytes, ByteString.CopyFromUtf8(Formatter.Format(message)));
        payload.Metadata.Add(PayloadEncoding.MessageTypeKey, ByteString.CopyFromUtf8(message.Descriptor.FullName));
        return true;
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        var message = CreateMessage(type, Encoding);
        return Parser.Parse(payload.Data.ToStringUtf8(), message.Descriptor);
    }

    /// <summary>An empty message of the given type.</summary>
    internal static IMessage CreateMessage(Type type, string encoding) =>
        typeof(IMessage).IsAssignableFrom(type) && !type.IsAbstract && Activator.CreateInstance(type) is IMessage message
            ? message
            : throw new ArgumentException($"A payload of encoding '{encoding}' can only be read as a protobuf message class, not as '{type}'.", nameof(type));
}
