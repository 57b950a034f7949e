namespace Lakehouse.Contracts;

/// <summary>Limits on a column's values; every member is null when the contract does not set it.</summary>
public sealed record LogicalTypeOptions
{
    /// <summary>No limits.</summary>
    public static LogicalTypeOptions None { get; } = new();

    /// <summary>Least number of characters.</summary>
    public int? MinLength { get; init; }

    /// <summary>Greatest number of characters.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Regular expression that a value must contain a match of.</summary>
    public string? Pattern { get; init; }

    /// <summary>Form: <c>email</c>, <c>uuid</c>, <c>uri</c>… for text, <c>i32</c>… for numbers, a date pattern for dates and times.</summary>
    public string? Format { get; init; }

    /// <summary>Least value, inclusive, as written.</summary>
    public string? Minimum { get; init; }

    /// <summary>Greatest value, inclusive, as written.</summary>
    public string? Maximum { get; init; }

    /// <summary>Values must be above this, as written.</summary>
    public string? ExclusiveMinimum { get; init; }

    /// <summary>Values must be below this, as written.</summary>
    public string? ExclusiveMaximum { get; init; }

    /// <summary>Values must be a whole multiple of this, as written.</summary>
    public string? MultipleOf { get; init; }

    /// <summary>True when timestamps carry a zone.</summary>
    public bool? Timezone { get; init; }

    /// <summary>Zone of timestamps that carry none.</summary>
    public string? DefaultTimezone { get; init; }
}
