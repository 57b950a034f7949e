using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>
/// Encodes by the first of its encodings that takes the value and decodes by the payload's <c>encoding</c> metadata. Default encodings,
/// in order: null, byte arrays, protobuf messages as JSON, protobuf messages in wire format, everything else as JSON.
/// </summary>
public class DefaultPayloadConverter : IPayloadConverter, IWithSerializationContext<IPayloadConverter>
{
    private IReadOnlyCollection<IEncodingConverter> _converters;
    private Dictionary<ByteString, IEncodingConverter> _byEncoding;

    /// <summary>Creates the converter with the default encodings and serializer options.</summary>
    public DefaultPayloadConverter()
        : this(new JsonSerializerOptions())
    {
    }

    /// <summary>Creates the converter with the default encodings.</summary>
    /// <param name="jsonSerializerOptions">Options of the plain JSON encoding.</param>
    public DefaultPayloadConverter(JsonSerializerOptions jsonSerializerOptions)
        : this(
            new BinaryNullConverter(),
            new BinaryPlainConverter(),
            new JsonProtoConverter(),
            new BinaryProtoConverter(),
            new JsonPlainConverter(jsonSerializerOptions))
    {
    }

    /// <summary>Creates the converter.</summary>
    /// <param name="encodingConverters">Encodings in the order in which they are tried; names must be unique.</param>
    public DefaultPayloadConverter(params IEncodingConverter[] encodingConverters)
    {
        _converters = Array.AsReadOnly((IEncodingConverter[])encodingConverters.Clone());
        _byEncoding = Index(_converters);
    }

    /// <summary>Encodings in the order in which they are tried.</summary>
    public IReadOnlyCollection<IEncodingConverter> EncodingConverters => _converters;

    /// <summary>Encodings by the bytes of their name.</summary>
    protected IReadOnlyDictionary<ByteString, IEncodingConverter> IndexedEncodingConverters => _byEncoding;

    /// <inheritdoc/>
    public Payload ToPayload(object? value)
    {
        switch (value)
        {
            case IRawValue raw:
                return raw.Payload;
            case IEncodedRawValue:
                throw new ArgumentException(
                    $"An {nameof(IEncodedRawValue)} cannot be encoded again. Help: decode it first, or pass an {nameof(IRawValue)}.", nameof(value));
        }

        if (value is not null && TransferTypes.For(value.GetType()) is { } transfer)
        {
            value = transfer.ToTransferType(value);
        }

        foreach (var converter in _converters)
        {
            if (converter.TryToPayload(value, out var payload))
            {
                return payload;
            }
        }

        throw new ArgumentException($"No encoding takes a value of type '{value?.GetType().ToString() ?? "null"}'.", nameof(value));
    }

    /// <inheritdoc/>
    public object? ToValue(Payload payload, Type type)
    {
        if (type == typeof(IRawValue) || type == typeof(RawValue))
        {
            return new RawValue(payload);
        }

        if (!payload.Metadata.TryGetValue(PayloadEncoding.Key, out var encoding))
        {
            throw new ArgumentException("The payload has no 'encoding' metadata.", nameof(payload));
        }

        if (!_byEncoding.TryGetValue(encoding, out var converter))
        {
            throw new ArgumentException(
                $"Unknown payload encoding '{encoding.ToStringUtf8()}', expected one of: {string.Join(", ", _converters.Select(c => c.Encoding))}.",
                nameof(payload));
        }

        return TransferTypes.For(type) is { } transfer
            ? transfer.FromTransferType(converter.ToValue(payload, transfer.TransferType))
            : converter.ToValue(payload, type);
    }

    /// <inheritdoc/>
    public virtual IPayloadConverter WithSerializationContext(ISerializationContext context)
    {
        IEncodingConverter[]? changed = null;
        var i = 0;
        foreach (var converter in _converters)
        {
            if (converter is IWithSerializationContext<IEncodingConverter> aware
                && aware.WithSerializationContext(context) is var contextual
                && !ReferenceEquals(contextual, converter))
            {
                (changed ??= [.. _converters])[i] = contextual;
            }

            i++;
        }

        if (changed is null)
        {
            return this;
        }

        // A derived class keeps its own state.
        var copy = (DefaultPayloadConverter)MemberwiseClone();
        copy._converters = Array.AsReadOnly(changed);
        copy._byEncoding = Index(copy._converters);
        return copy;
    }

    private static Dictionary<ByteString, IEncodingConverter> Index(IReadOnlyCollection<IEncodingConverter> converters) =>
        converters.ToDictionary(c => ByteString.CopyFromUtf8(c.Encoding));
}
