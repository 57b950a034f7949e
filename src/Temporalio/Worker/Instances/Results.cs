using Temporalio.Api.Common.V1;
using Temporalio.Converters;

namespace Temporalio.Worker.Instances;

/// <summary>Reads results as the caller wants them.</summary>
internal static class Results
{
    /// <summary>The value of a payload; an absent one reads as null, and <see cref="ValueTuple"/> means that nobody looks.</summary>
    public static TResult Read<TResult>(Payload? payload, IPayloadConverter converter)
    {
        if (typeof(TResult) == typeof(ValueTuple))
        {
            return default!;
        }

        if (payload is null)
        {
            return default(TResult) is null
                ? default!
                : throw new InvalidOperationException($"There is no result, expected a value of type '{typeof(TResult)}'.");
        }

        return (TResult)converter.ToValue(payload, typeof(TResult))!;
    }
}
