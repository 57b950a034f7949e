using Lakehouse.Privacy;
using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>A column that a contract promises (a schema property of the standard).</summary>
public sealed record ContractColumn
{
    /// <summary>Logical name.</summary>
    public required string Name { get; init; }

    /// <summary>Physical name; null when it is the logical one.</summary>
    public string? PhysicalName { get; init; }

    /// <summary>Logical type; null when not given.</summary>
    public LogicalType? LogicalType { get; init; }

    /// <summary>Limits on the values.</summary>
    public LogicalTypeOptions Options { get; init; } = LogicalTypeOptions.None;

    /// <summary>Physical type, such as <c>DECIMAL(10,2)</c>; null when not given.</summary>
    public string? PhysicalType { get; init; }

    /// <summary>True when null is refused. Default: false.</summary>
    public bool Required { get; init; }

    /// <summary>True when no value may occur twice. Default: false.</summary>
    public bool Unique { get; init; }

    /// <summary>True when the column is part of the primary key. Default: false.</summary>
    public bool PrimaryKey { get; init; }

    /// <summary>Place in the primary key; null when not given or negative.</summary>
    public int? PrimaryKeyPosition { get; init; }

    /// <summary>True when the table is partitioned by the column. Default: false.</summary>
    public bool Partitioned { get; init; }

    /// <summary>How confidential the values are, such as <c>public</c> or <c>restricted</c>; null when not given.</summary>
    public string? Classification { get; init; }

    /// <summary>What the column means; null when not given.</summary>
    public string? Description { get; init; }

    /// <summary>Tags of the column.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Quality rules of the column.</summary>
    public IReadOnlyList<QualityRule> Quality { get; init; } = [];

    /// <summary>References to columns of other tables.</summary>
    public IReadOnlyList<ContractRelationship> Relationships { get; init; } = [];

    /// <summary>Members of a column of type object; empty otherwise.</summary>
    public IReadOnlyList<ContractColumn> Properties { get; init; } = [];

    /// <summary>Own properties by name.</summary>
    public IReadOnlyDictionary<string, YamlValue> CustomProperties { get; init; } = DataContract.EmptyProperties;

    /// <summary>Line of the column in the contract file, from 1.</summary>
    public int Line { get; init; }

    /// <summary>The name that the column has in a table: the physical one when given.</summary>
    public string ColumnName => PhysicalName ?? Name;

    /// <summary>
    /// True when values must not be shown: the classification is none of <c>public</c>, <c>internal</c> and <c>none</c>, a tag says <c>pii</c>, or the
    /// custom property <c>privacy</c> says how they are handled.
    /// </summary>
    public bool IsSensitive =>
        CustomProperties.ContainsKey(PrivacyRules.Property)
        || (Classification is { Length: > 0 } c && c.ToLowerInvariant() is not ("public" or "internal" or "none" or "open"))
        || Tags.Any(t => t.Contains("pii", StringComparison.OrdinalIgnoreCase));

    /// <summary>True when the contract says how confidential the values are: a classification, a tag with <c>pii</c>, or the custom property <c>privacy</c>.</summary>
    public bool IsClassified => IsSensitive || Classification is { Length: > 0 };

    /// <summary>How personal values are handled on the way to silver; null when the contract says nothing.</summary>
    public PrivacyRule? Privacy => PrivacyRules.Of(this);

    /// <summary>That the column will go, from the custom property <c>deprecated</c>: true, or a map of <c>since</c>, <c>removedIn</c> and <c>use</c>; null when it stays.</summary>
    public Deprecation? Deprecated => CustomProperties.TryGetValue("deprecated", out var value) && value.AsBoolean() is not false
        ? new Deprecation(value["since"]?.AsScalarText(), value["removedIn"]?.AsScalarText(), value["use"]?.AsScalarText())
        : null;
}
