using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>A quality rule as the contract states it.</summary>
public sealed record QualityRule
{
    /// <summary>Name; null when the contract gives none.</summary>
    public string? Name { get; init; }

    /// <summary>What kind of rule it is.</summary>
    public required QualityRuleType Type { get; init; }

    /// <summary>The library metric; null for the other kinds.</summary>
    public QualityMetric? Metric { get; init; }

    /// <summary>The comparison that the measured value must satisfy; null for text and custom rules.</summary>
    public QualityThreshold? Threshold { get; init; }

    /// <summary>SQL of an SQL rule; null otherwise.</summary>
    public string? Query { get; init; }

    /// <summary>Engine of a custom rule; null otherwise.</summary>
    public string? Engine { get; init; }

    /// <summary>Implementation of a custom rule: its text, or null when it is none or structured.</summary>
    public string? Implementation { get; init; }

    /// <summary>Implementation of a custom rule as the map it is; null when it is a text or none.</summary>
    public YamlValue? Settings { get; init; }

    /// <summary>Values that count as missing for <see cref="QualityMetric.MissingValues"/>; a null member stands for null.</summary>
    public IReadOnlyList<string?> MissingValues { get; init; } = [];

    /// <summary>The allowed values for <see cref="QualityMetric.InvalidValues"/>; null when not limited by a list.</summary>
    public IReadOnlyList<string>? ValidValues { get; init; }

    /// <summary>Pattern of valid values for <see cref="QualityMetric.InvalidValues"/>; null when not limited by one.</summary>
    public string? Pattern { get; init; }

    /// <summary>Columns that together must not repeat for <see cref="QualityMetric.DuplicateValues"/> on a table.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>True when the measured value is a share of all rows in percent. Default: false, a count.</summary>
    public bool IsPercent { get; init; }

    /// <summary>What a broken rule means. Default: <see cref="QualitySeverity.Error"/>.</summary>
    public QualitySeverity Severity { get; init; }

    /// <summary>Quality dimension, such as <c>completeness</c>; null when not given.</summary>
    public string? Dimension { get; init; }

    /// <summary>What the rule is for; null when not given.</summary>
    public string? Description { get; init; }

    /// <summary>Line of the rule in the contract file, from 1.</summary>
    public int Line { get; init; }
}
