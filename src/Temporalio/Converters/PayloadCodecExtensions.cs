using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;

namespace Temporalio.Converters;

/// <summary>Applies a codec to the places where payloads travel.</summary>
public static class PayloadCodecExtensions
{
    /// <summary>Encodes one payload.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>The encoded payload.</returns>
    /// <exception cref="InvalidOperationException">The codec did not return exactly one payload.</exception>
    public static async Task<Payload> EncodeSingleAsync(this IPayloadCodec codec, Payload payload) =>
        Single(await codec.EncodeAsync([payload]).ConfigureAwait(false));

    /// <summary>Decodes one payload.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>The decoded payload.</returns>
    /// <exception cref="InvalidOperationException">The codec did not return exactly one payload.</exception>
    public static async Task<Payload> DecodeSingleAsync(this IPayloadCodec codec, Payload payload) =>
        Single(await codec.DecodeAsync([payload]).ConfigureAwait(false));

    /// <summary>Encodes all payloads of a failure and its causes, in place.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="failure">The failure to change.</param>
    /// <returns>When done.</returns>
    public static Task EncodeFailureAsync(this IPayloadCodec codec, Failure failure) => ApplyAsync(failure, codec.EncodeAsync);

    /// <summary>Decodes all payloads of a failure and its causes, in place.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="failure">The failure to change.</param>
    /// <returns>When done.</returns>
    public static Task DecodeFailureAsync(this IPayloadCodec codec, Failure failure) => ApplyAsync(failure, codec.DecodeAsync);

    /// <summary>Encodes a list in place.</summary>
    internal static Task EncodeInPlaceAsync(this IPayloadCodec codec, RepeatedField<Payload> payloads) => ApplyAsync(payloads, codec.EncodeAsync);

    /// <summary>Decodes a list in place.</summary>
    internal static Task DecodeInPlaceAsync(this IPayloadCodec codec, RepeatedField<Payload> payloads) => ApplyAsync(payloads, codec.DecodeAsync);

    /// <summary>Encodes the values of a map (memo, headers) in place.</summary>
    internal static async Task EncodeInPlaceAsync(this IPayloadCodec codec, MapField<string, Payload> fields)
    {
        foreach (var (key, value) in fields.ToArray())
        {
            fields[key] = await codec.EncodeSingleAsync(value).ConfigureAwait(false);
        }
    }

    /// <summary>Decodes the values of a map (memo, headers) in place.</summary>
    internal static async Task DecodeInPlaceAsync(this IPayloadCodec codec, MapField<string, Payload> fields)
    {
        foreach (var (key, value) in fields.ToArray())
        {
            fields[key] = await codec.DecodeSingleAsync(value).ConfigureAwait(false);
        }
    }

    private static async Task ApplyAsync(Failure failure, Func<IReadOnlyCollection<Payload>, Task<IReadOnlyCollection<Payload>>> transform)
    {
        for (var current = failure; current is not null; current = current.Cause)
        {
            if (current.EncodedAttributes is { } attributes)
            {
                current.EncodedAttributes = Single(await transform([attributes]).ConfigureAwait(false));
            }

            var details = current.FailureInfoCase switch
            {
                Failure.FailureInfoOneofCase.ApplicationFailureInfo => current.ApplicationFailureInfo.Details,
                Failure.FailureInfoOneofCase.TimeoutFailureInfo => current.TimeoutFailureInfo.LastHeartbeatDetails,
                Failure.FailureInfoOneofCase.CanceledFailureInfo => current.CanceledFailureInfo.Details,
                Failure.FailureInfoOneofCase.ResetWorkflowFailureInfo => current.ResetWorkflowFailureInfo.LastHeartbeatDetails,
                _ => null,
            };
            if (details is not null)
            {
                await ApplyAsync(details.Payloads_, transform).ConfigureAwait(false);
            }
        }
    }

    private static async Task ApplyAsync(
        RepeatedField<Payload> payloads, Func<IReadOnlyCollection<Payload>, Task<IReadOnlyCollection<Payload>>> transform)
    {
        if (payloads.Count == 0)
        {
            return;
        }

        var changed = await transform(payloads).ConfigureAwait(false);
        if (!ReferenceEquals(changed, payloads))
        {
            // A lazy sequence over the old list must be read before the list is emptied.
            var copy = changed.ToArray();
            payloads.Clear();
            payloads.AddRange(copy);
        }
    }

    private static Payload Single(IReadOnlyCollection<Payload> payloads) => payloads.Count == 1
        ? payloads.First()
        : throw new InvalidOperationException($"The payload codec returned {payloads.Count} payloads where exactly 1 is allowed.");
}
