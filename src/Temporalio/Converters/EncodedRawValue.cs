using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>A received value together with the converter that can read it.</summary>
/// <param name="DataConverter">Codec and payload converter to read it with.</param>
/// <param name="Payload">The payload as received.</param>
public record EncodedRawValue(DataConverter DataConverter, Payload Payload) : IEncodedRawValue
{
    /// <inheritdoc/>
    public Task<T> ToValueAsync<T>() => DataConverter.ToValueAsync<T>(Payload);

    /// <inheritdoc/>
    public Task<object?> ToValueAsync(Type type) => DataConverter.ToValueAsync(Payload, type);
}
