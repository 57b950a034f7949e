using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>A received value that has been neither through the codec nor the payload converter yet.</summary>
public interface IEncodedRawValue
{
    /// <summary>The payload as received.</summary>
    Payload Payload { get; }

    /// <summary>Decodes the value.</summary>
    /// <typeparam name="T">The type to decode to.</typeparam>
    /// <returns>The value.</returns>
    Task<T> ToValueAsync<T>();

    /// <summary>Decodes the value.</summary>
    /// <param name="type">The type to decode to.</param>
    /// <returns>The value.</returns>
    Task<object?> ToValueAsync(Type type);
}
