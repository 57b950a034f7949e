using System.Globalization;

namespace Integration.Tests.Property.Feeds;

/// <summary>What the partitions of a generated pipeline are, and how its files and its partition column name them.</summary>
/// <param name="Unit">Unit of <c>pipeline.yaml</c>.</param>
/// <param name="Zone">Its time zone; empty where partitions have no time.</param>
/// <param name="Path">Names of its files.</param>
/// <param name="Type">Type of the partition column.</param>
/// <param name="Partitions">Partitions that follow each other, each with the names of the files it may have.</param>
/// <param name="Lookback">How many earlier partitions gold reads.</param>
internal sealed record FeedShape(string Unit, string Zone, string Path, string Type, IReadOnlyList<(string Key, string[] Files)> Partitions, int Lookback)
{
    /// <summary>The partition column's value as a model's parameter.</summary>
    public string Own => Type switch { "DATE" => "$partition_date", "TIMESTAMPTZ" => "$partition_start", _ => "$partition" };

    /// <summary>A shape drawn at random: clocks that change, leap days, the turn of a year.</summary>
    public static FeedShape Draw(Random random) => random.Next(8) switch
    {
        0 => new("hour", "", "{yyyy}-{MM}-{dd}T{HH}*.csv", Of(random, "VARCHAR", "TIMESTAMPTZ"), Named("2024-12-31T22", "2024-12-31T23", "2025-01-01T00", "2025-01-01T01"), random.Next(3)),
        1 => new("day", "Europe/Berlin", "{yyyy}-{MM}-{dd}*.csv", Of(random, "VARCHAR", "DATE", "TIMESTAMPTZ"), Named("2024-03-29", "2024-03-30", "2024-03-31", "2024-04-01"), random.Next(4)),
        2 => new("day", "America/New_York", "{yyyy}-{MM}-{dd}*.csv", Of(random, "VARCHAR", "DATE", "TIMESTAMPTZ"), Named("2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"), random.Next(4)),
        3 => new("week", "Asia/Tokyo", "{yyyy}-{MM}-{dd}.csv", Of(random, "VARCHAR", "DATE", "TIMESTAMPTZ"),
            [("2024-W51", ["2024-12-16", "2024-12-22"]), ("2024-W52", ["2024-12-23", "2024-12-25"]), ("2025-W01", ["2024-12-30", "2025-01-01"]), ("2025-W02", ["2025-01-06", "2025-01-12"])], random.Next(3)),
        4 => new("month", "Australia/Sydney", "{yyyy}-{MM}-{dd}.csv", Of(random, "VARCHAR", "DATE", "TIMESTAMPTZ"),
            [("2023-12", ["2023-12-01", "2023-12-31"]), ("2024-01", ["2024-01-01", "2024-01-15"]), ("2024-02", ["2024-02-01", "2024-02-29"]), ("2024-03", ["2024-03-01", "2024-03-31"])], random.Next(3)),
        5 => new("list", "", "{partition}.csv", "VARCHAR", Single("east", "north", "south", "west"), random.Next(3)),
        6 => new("file", "", "{partition}.csv", "VARCHAR", Single("a-1", "a-2", "b_1", "c"), 0),
        _ => new("static", "", "*.csv", "VARCHAR", [("all", ["one", "two"])], 0),
    };

    /// <summary>The partition column's value as text, found without the product.</summary>
    public string ValueOf(int partition)
    {
        var key = Partitions[partition].Key;
        if (Type == "VARCHAR")
        {
            return key;
        }

        var local = Unit switch
        {
            "hour" => DateTime.ParseExact(key, "yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture),
            "week" => ISOWeek.ToDateTime(int.Parse(key[..4], CultureInfo.InvariantCulture), int.Parse(key[6..], CultureInfo.InvariantCulture), DayOfWeek.Monday),
            "month" => DateTime.ParseExact(key, "yyyy-MM", CultureInfo.InvariantCulture),
            _ => DateTime.ParseExact(key, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        return Type == "DATE" ? local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : (Unit == "hour" ? local : TimeZoneInfo.ConvertTimeToUtc(local, TimeZoneInfo.FindSystemTimeZoneById(Zone))).ToString("yyyy-MM-dd HH:mm:ss'+00'", CultureInfo.InvariantCulture);
    }

    private static string Of(Random random, params string[] types) => types[random.Next(types.Length)];

    private static (string, string[])[] Named(params string[] keys) => [.. keys.Select(k => (k, new[] { k, k + "-b" }))];

    private static (string, string[])[] Single(params string[] keys) => [.. keys.Select(k => (k, new[] { k }))];
}
