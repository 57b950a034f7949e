using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;

namespace Temporalio.Converters;

/// <summary>Shorthands over converters; those of a <see cref="DataConverter"/> include its codec.</summary>
public static class ConverterExtensions
{
    private static readonly BinaryNullConverter NoValue = new();

    /// <summary>Encodes each value.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="values">The values.</param>
    /// <returns>One payload per value.</returns>
    public static IReadOnlyCollection<Payload> ToPayloads(this IPayloadConverter converter, IReadOnlyCollection<object?> values)
    {
        if (values.Count == 0)
        {
            return [];
        }

        var payloads = new Payload[values.Count];
        var i = 0;
        foreach (var value in values)
        {
            payloads[i++] = converter.ToPayload(value);
        }

        return payloads;
    }

    /// <summary>Encodes a value and keeps it as raw value.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="value">The value.</param>
    /// <returns>The raw value.</returns>
    public static RawValue ToRawValue(this IPayloadConverter converter, object? value) => new(converter.ToPayload(value));

    /// <summary>Decodes a payload.</summary>
    /// <typeparam name="T">The type to decode to.</typeparam>
    /// <param name="converter">The converter.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>The value.</returns>
    public static T ToValue<T>(this IPayloadConverter converter, Payload payload) => (T)converter.ToValue(payload, typeof(T))!;

    /// <summary>Decodes a raw value.</summary>
    /// <typeparam name="T">The type to decode to.</typeparam>
    /// <param name="converter">The converter.</param>
    /// <param name="rawValue">The raw value.</param>
    /// <returns>The value.</returns>
    public static T ToValue<T>(this IPayloadConverter converter, IRawValue rawValue) => converter.ToValue<T>(rawValue.Payload);

    /// <summary>Encodes a value.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="value">The value.</param>
    /// <returns>The payload.</returns>
    public static async Task<Payload> ToPayloadAsync(this DataConverter converter, object? value)
    {
        var payload = converter.PayloadConverter.ToPayload(value);
        return converter.PayloadCodec is { } codec ? await codec.EncodeSingleAsync(payload).ConfigureAwait(false) : payload;
    }

    /// <summary>Encodes values.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="values">The values.</param>
    /// <returns>The payloads; a codec may have changed their number.</returns>
    public static async Task<IReadOnlyCollection<Payload>> ToPayloadsAsync(this DataConverter converter, IReadOnlyCollection<object?> values)
    {
        var payloads = converter.PayloadConverter.ToPayloads(values);
        return converter.PayloadCodec is { } codec ? await codec.EncodeAsync(payloads).ConfigureAwait(false) : payloads;
    }

    /// <summary>Decodes a payload.</summary>
    /// <typeparam name="T">The type to decode to.</typeparam>
    /// <param name="converter">The converter.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>The value.</returns>
    public static async Task<T> ToValueAsync<T>(this DataConverter converter, Payload payload) =>
        (T)(await converter.ToValueAsync(payload, typeof(T)).ConfigureAwait(false))!;

    /// <summary>Decodes a payload.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="type">The type to decode to.</param>
    /// <returns>The value.</returns>
    public static async Task<object?> ToValueAsync(this DataConverter converter, Payload payload, Type type)
    {
        if (converter.PayloadCodec is { } codec)
        {
            payload = await codec.DecodeSingleAsync(payload).ConfigureAwait(false);
        }

        return converter.PayloadConverter.ToValue(payload, type);
    }

    /// <summary>Decodes a list that must hold exactly one value.</summary>
    /// <typeparam name="T">The type to decode to.</typeparam>
    /// <param name="converter">The converter.</param>
    /// <param name="payloads">The payloads.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">There is not exactly one payload after the codec.</exception>
    public static async Task<T> ToSingleValueAsync<T>(this DataConverter converter, IReadOnlyCollection<Payload> payloads) =>
        (T)(await converter.ToSingleValueAsync(payloads, typeof(T)).ConfigureAwait(false))!;

    /// <summary>Decodes a list that must hold exactly one value.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="payloads">The payloads.</param>
    /// <param name="type">The type to decode to.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">There is not exactly one payload after the codec.</exception>
    public static async Task<object?> ToSingleValueAsync(this DataConverter converter, IReadOnlyCollection<Payload> payloads, Type type)
    {
        if (converter.PayloadCodec is { } codec)
        {
            payloads = await codec.DecodeAsync(payloads).ConfigureAwait(false);
        }

        return payloads.Count == 1
            ? converter.PayloadConverter.ToValue(payloads.First(), type)
            : throw new ArgumentException($"Expected exactly 1 payload, found {payloads.Count}.", nameof(payloads));
    }

    /// <summary>
    /// Decodes the result of a workflow, activity, query or update: at most one value. No value reads as null; the type that
    /// stands for "no result" is never decoded.
    /// </summary>
    internal static async Task<T> ToResultAsync<T>(this DataConverter converter, Payloads? result)
    {
        if (typeof(T) == typeof(ValueTuple))
        {
            return default!;
        }

        return result is null || result.Payloads_.Count == 0
            ? (T)NoValue.ToValue(new(), typeof(T))!
            : await converter.ToSingleValueAsync<T>(result.Payloads_).ConfigureAwait(false);
    }

    /// <summary>Converts an exception.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="exc">The exception.</param>
    /// <returns>The failure message.</returns>
    public static async Task<Failure> ToFailureAsync(this DataConverter converter, Exception exc)
    {
        var failure = converter.FailureConverter.ToFailure(exc, converter.PayloadConverter);
        if (converter.PayloadCodec is { } codec)
        {
            // The message may belong to the exception, which must stay decoded.
            failure = failure.Clone();
            await codec.EncodeFailureAsync(failure).ConfigureAwait(false);
        }

        return failure;
    }

    /// <summary>Converts a failure message.</summary>
    /// <param name="converter">The converter.</param>
    /// <param name="failure">The message; not changed.</param>
    /// <returns>The exception.</returns>
    public static async Task<Exception> ToExceptionAsync(this DataConverter converter, Failure failure)
    {
        if (converter.PayloadCodec is { } codec)
        {
            failure = failure.Clone();
            await codec.DecodeFailureAsync(failure).ConfigureAwait(false);
        }

        return converter.FailureConverter.ToException(failure, converter.PayloadConverter);
    }
}
