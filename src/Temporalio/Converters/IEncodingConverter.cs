using System.Diagnostics.CodeAnalysis;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>One encoding of a <see cref="DefaultPayloadConverter"/>, known by the <c>encoding</c> metadata of its payloads.</summary>
public interface IEncodingConverter
{
    /// <summary>Value of the <c>encoding</c> metadata, for example <c>json/plain</c>.</summary>
    string Encoding { get; }

    /// <summary>Encodes a value if this encoding is for it.</summary>
    /// <param name="value">The value; may be null.</param>
    /// <param name="payload">The payload, with its <c>encoding</c> metadata set.</param>
    /// <returns>False when another encoding should be tried.</returns>
    bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload);

    /// <summary>Decodes a payload of this encoding.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="type">The type to decode to.</param>
    /// <returns>A value assignable to <paramref name="type"/>, or null.</returns>
    /// <exception cref="ArgumentException">The payload does not fit the type.</exception>
    object? ToValue(Payload payload, Type type);
}
