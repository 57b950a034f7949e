namespace Temporalio.Converters;

/// <summary>Everything that decides how values and failures look on the wire.</summary>
/// <param name="PayloadConverter">Turns values into payloads.</param>
/// <param name="FailureConverter">Turns exceptions into failures.</param>
/// <param name="PayloadCodec">Transforms payloads after the payload converter. Default: none.</param>
public record DataConverter(
    IPayloadConverter PayloadConverter, IFailureConverter FailureConverter, IPayloadCodec? PayloadCodec = null)
    : IWithSerializationContext<DataConverter>
{
    /// <summary>The default payload and failure converters without codec.</summary>
    public static DataConverter Default { get; } = new(new DefaultPayloadConverter(), new DefaultFailureConverter());

    /// <inheritdoc/>
    public virtual DataConverter WithSerializationContext(ISerializationContext context)
    {
        var payload = PayloadConverter is IWithSerializationContext<IPayloadConverter> p ? p.WithSerializationContext(context) : PayloadConverter;
        var failure = FailureConverter is IWithSerializationContext<IFailureConverter> f ? f.WithSerializationContext(context) : FailureConverter;
        var codec = PayloadCodec is IWithSerializationContext<IPayloadCodec> c ? c.WithSerializationContext(context) : PayloadCodec;
        return ReferenceEquals(payload, PayloadConverter) && ReferenceEquals(failure, FailureConverter) && ReferenceEquals(codec, PayloadCodec)
            ? this
            : this with { PayloadConverter = payload, FailureConverter = failure, PayloadCodec = codec };
    }
}
