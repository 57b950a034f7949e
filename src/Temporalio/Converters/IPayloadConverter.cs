using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>Turns values into payloads and back. Must be deterministic and thread safe: it also runs inside workflows.</summary>
public interface IPayloadConverter
{
    /// <summary>Encodes a value.</summary>
    /// <param name="value">The value; may be null.</param>
    /// <returns>The payload.</returns>
    /// <exception cref="ArgumentException">No encoding fits the value.</exception>
    Payload ToPayload(object? value);

    /// <summary>Decodes a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="type">The type to decode to.</param>
    /// <returns>A value assignable to <paramref name="type"/>, or null.</returns>
    /// <exception cref="ArgumentException">The payload's encoding is unknown or does not fit the type.</exception>
    object? ToValue(Payload payload, Type type);
}
