using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>Transforms payloads on their way to and from the server, typically to encrypt or compress them. May do input and output.</summary>
public interface IPayloadCodec
{
    /// <summary>Encodes payloads; must not change the given ones.</summary>
    /// <param name="payloads">Payloads made by the payload converter.</param>
    /// <returns>What is sent. Where a single value travels it must be exactly one payload.</returns>
    Task<IReadOnlyCollection<Payload>> EncodeAsync(IReadOnlyCollection<Payload> payloads);

    /// <summary>Reverses <see cref="EncodeAsync"/>; must not change the given payloads.</summary>
    /// <param name="payloads">Payloads received.</param>
    /// <returns>Payloads for the payload converter.</returns>
    Task<IReadOnlyCollection<Payload>> DecodeAsync(IReadOnlyCollection<Payload> payloads);
}
