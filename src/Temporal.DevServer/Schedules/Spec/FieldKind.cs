namespace Temporal.DevServer.Schedules.Spec;

/// <summary>A field of a calendar: its name in errors, its values and what it means when it is left out.</summary>
internal sealed record FieldKind(string Name, int Least, int Greatest, string Default, IReadOnlyList<string> Names, int ShortestName = int.MaxValue)
{
    /// <summary>Seconds of the minute; left out, 0.</summary>
    public static FieldKind Second { get; } = new("Second", 0, 59, "0", []);

    /// <summary>Minutes of the hour; left out, 0.</summary>
    public static FieldKind Minute { get; } = new("Minute", 0, 59, "0", []);

    /// <summary>Hours of the day; left out, 0.</summary>
    public static FieldKind Hour { get; } = new("Hour", 0, 23, "0", []);

    /// <summary>Days of the month; left out, all.</summary>
    public static FieldKind DayOfMonth { get; } = new("DayOfMonth", 1, 31, "*", []);

    /// <summary>Months; left out, all.</summary>
    public static FieldKind Month { get; } = new(
        "Month", 1, 12, "*", ["", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], 3);

    /// <summary>Days of the week from Sunday, which in texts is 0 and 7; left out, all.</summary>
    public static FieldKind DayOfWeek { get; } = new(
        "DayOfWeek", 0, 7, "*", ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], 2);

    /// <summary>Years; left out, all, which a spec writes as no range.</summary>
    public static FieldKind Year { get; } = new("Year", 2000, 2100, "*", []);

    /// <summary>The greatest value of a structured range: there Sunday is 0 only.</summary>
    public int GreatestInRange => this == DayOfWeek ? 6 : Greatest;
}
