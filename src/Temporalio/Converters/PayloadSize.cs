using System.Globalization;
using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Converters;

/// <summary>The size of something about to be sent, as the server counts it, with its name for messages.</summary>
/// <param name="What">What it is, to begin a sentence with: <c>Arguments of workflow 'X'</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="IsMemo">Whether the limits of memos hold for it.</param>
/// <param name="Largest">Its largest part, in words; null when it has one part only.</param>
internal sealed record PayloadSize(string What, int Bytes, bool IsMemo, string? Largest)
{
    /// <summary>The size of a list; null when there is none.</summary>
    internal static PayloadSize? Of(string what, Payloads? payloads)
    {
        if (payloads is null)
        {
            return null;
        }

        var sizes = payloads.Payloads_.Select((p, i) => (Size: p.CalculateSize(), Number: i + 1)).ToList();
        return new(what, payloads.CalculateSize(), false, sizes.Count < 2 ? null : Part($"number {sizes.MaxBy(s => s.Size).Number} of {sizes.Count}", sizes.Max(s => s.Size)));
    }

    /// <summary>The size of a memo; null when there is none.</summary>
    internal static PayloadSize? Of(string what, Memo? memo)
    {
        if (memo is null || memo.Fields.Count == 0)
        {
            return null;
        }

        var (key, payload) = memo.Fields.MaxBy(f => f.Value.CalculateSize());
        return new(what, memo.CalculateSize(), true, Part($"'{key}'", payload.CalculateSize()));
    }

    /// <summary>The size of one message.</summary>
    internal static PayloadSize? Of(string what, IMessage? message) => message is null ? null : new(what, message.CalculateSize(), false, null);

    /// <summary>The message for one that is over a limit.</summary>
    internal string Over(long limit, string ofWhom) =>
        $"[TMPRL1103] {What} take {Text(Bytes)} bytes, more than the {Text(limit)} bytes that {ofWhom} allows{(Largest is null ? string.Empty : $"; the largest is {Largest}")}. "
        + "Help: pass a reference to the data (a path, a key) instead of the data, or make it smaller with a payload codec.";

    private static string Part(string name, int bytes) => $"{name} with {Text(bytes)} bytes";

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
