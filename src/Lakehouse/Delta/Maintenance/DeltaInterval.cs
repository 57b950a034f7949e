using System.Globalization;

namespace Lakehouse.Delta.Maintenance;

/// <summary>Durations in table properties: <c>interval 7 days</c>, <c>interval 1 week 12 hours</c>.</summary>
internal static class DeltaInterval
{
    /// <exception cref="LakehouseException"><c>delta.property</c>: the text is not a duration of fixed length.</exception>
    public static TimeSpan Parse(string text)
    {
        var words = text.Trim().ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(w => w == "interval").ToArray();
        var sum = TimeSpan.Zero;
        for (var i = 0; i < words.Length; i += 2)
        {
            sum += i + 1 < words.Length && double.TryParse(words[i], CultureInfo.InvariantCulture, out var number) && Unit(words[i + 1]) is { } unit
                ? unit * number
                : throw new LakehouseException("delta.property", $"'{text}' is not a duration: expected words such as 'interval 7 days'.");
        }

        return sum;
    }

    private static TimeSpan? Unit(string word) => word.TrimEnd('s') switch
    {
        "week" => TimeSpan.FromDays(7),
        "day" => TimeSpan.FromDays(1),
        "hour" => TimeSpan.FromHours(1),
        "minute" => TimeSpan.FromMinutes(1),
        "second" => TimeSpan.FromSeconds(1),
        "millisecond" => TimeSpan.FromMilliseconds(1),
        _ => null,
    };
}
