using Lakehouse.Contracts;

namespace Lakehouse.Quality;

/// <summary>What one check found.</summary>
public sealed record CheckResult
{
    /// <summary>Name of the rule: the contract's own, or made of column and kind such as <c>confirmed.minimum</c>. Unique in a table.</summary>
    public required string Rule { get; init; }

    /// <summary>What was looked at.</summary>
    public required CheckKind Kind { get; init; }

    /// <summary>The column; null for checks of the table.</summary>
    public string? Column { get; init; }

    /// <summary>Quality dimension.</summary>
    public required string Dimension { get; init; }

    /// <summary>What breaking the rule means.</summary>
    public required QualitySeverity Severity { get; init; }

    /// <summary>How it ended.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>True when rows that break the rule were kept aside, so that what is left satisfies it.</summary>
    public bool IsQuarantined { get; init; }

    /// <summary>Offending rows, or values that repeat; 0 where nothing is counted.</summary>
    public long Offenders { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public long Rows { get; init; }

    /// <summary>The measured value that was compared; null when none was.</summary>
    public string? Value { get; init; }

    /// <summary>The comparison, such as <c>= 0</c> or <c>&lt; 10 %</c>; null when there is none.</summary>
    public string? Threshold { get; init; }

    /// <summary>What was expected and seen, without row data; null when the check passed.</summary>
    public string? Message { get; init; }

    /// <summary>True when the check does not stop a publish: passed, not run, a warning, or its rows were kept aside.</summary>
    public bool IsAcceptable => Status is CheckStatus.Passed or CheckStatus.NotRun || Severity is QualitySeverity.Warning || IsQuarantined;
}
