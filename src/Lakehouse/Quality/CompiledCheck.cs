using System.Globalization;
using Lakehouse.Contracts;
using Lakehouse.Quality.Patterns;
using Lakehouse.Yaml;

namespace Lakehouse.Quality;

/// <summary>A check ready to run: a predicate on each row, a query over the whole relation, or a verdict that needs neither.</summary>
internal sealed record CompiledCheck
{
    public required string Rule { get; init; }

    public required CheckKind Kind { get; init; }

    /// <summary>Line of the rule in the contract, or of the column that names a form which nobody knows; 0 for what else follows from columns.</summary>
    public int Line { get; init; }

    public string? Column { get; init; }

    public required string Dimension { get; init; }

    public QualitySeverity Severity { get; init; }

    public QualityThreshold? Threshold { get; init; }

    public bool IsPercent { get; init; }

    /// <summary>SQL that is true for a row that offends, false or null for one that does not; null when this is no check of rows.</summary>
    public string? Offends { get; init; }

    /// <summary>Where <see cref="Offends"/> matches regular expressions.</summary>
    public IReadOnlyList<PatternCall> Patterns { get; init; } = [];

    /// <summary>What a row that offends does, for people and without its data.</summary>
    public string Reason { get; init; } = "";

    /// <summary>SQL of one number over the whole, given the time of the check; null when this is no such check.</summary>
    public Func<DateTimeOffset, string>? Aggregate { get; init; }

    /// <summary>What the value is measured in, for messages, such as <c> %</c>.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Name of the check written in C#; null when this is none.</summary>
    public string? CodeName { get; init; }

    /// <summary>Settings of a check that compares with earlier partitions or is written in C#.</summary>
    public YamlValue? Settings { get; init; }

    /// <summary>Quoted columns that together must not repeat, empty for the whole row; null when this is no check of uniqueness.</summary>
    public IReadOnlyList<string>? Distinct { get; init; }

    /// <summary>Query with one value over a relation given by its quoted name; null when this is no check of the whole.</summary>
    public Func<string, string>? Measure { get; init; }

    /// <summary>Result known without looking at rows; null when rows have to be looked at.</summary>
    public (CheckStatus Status, string? Message)? Verdict { get; init; }

    /// <summary>True for a check of rows whose SQL names no column but <see cref="Column"/>.</summary>
    public bool IsOfOneColumn => Column is not null && Kind is not (CheckKind.Predicate or CheckKind.Reference or CheckKind.Custom);

    /// <summary>True when a row that offends is kept aside: an error that tolerates no offender at all.</summary>
    public bool Quarantines => Offends is not null && Severity is QualitySeverity.Error && Threshold is { } threshold && ToleratesNone(threshold);

    private bool ToleratesNone(QualityThreshold threshold) => double.TryParse(threshold.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && threshold.Operator switch
    {
        QualityOperator.MustBe or QualityOperator.MustBeLessOrEqualTo => value == 0,
        QualityOperator.MustBeLessThan => !IsPercent && value is > 0 and <= 1,
        _ => false,
    };
}
