using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>A table that a contract promises (a schema object of the standard).</summary>
public sealed record ContractTable
{
    /// <summary>Logical name.</summary>
    public required string Name { get; init; }

    /// <summary>Physical name; null when it is the logical one.</summary>
    public string? PhysicalName { get; init; }

    /// <summary>Physical kind, such as <c>table</c>, <c>view</c> or <c>file</c>; null when not given.</summary>
    public string? PhysicalType { get; init; }

    /// <summary>What the table holds; null when not given.</summary>
    public string? Description { get; init; }

    /// <summary>Tags of the table.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Columns in file order.</summary>
    public IReadOnlyList<ContractColumn> Columns { get; init; } = [];

    /// <summary>Quality rules of the table as a whole.</summary>
    public IReadOnlyList<QualityRule> Quality { get; init; } = [];

    /// <summary>References to other tables.</summary>
    public IReadOnlyList<ContractRelationship> Relationships { get; init; } = [];

    /// <summary>Own properties by name.</summary>
    public IReadOnlyDictionary<string, YamlValue> CustomProperties { get; init; } = DataContract.EmptyProperties;

    /// <summary>Format of its raw files, where the pipeline that loads them says it; null leaves it to the custom property <c>format</c>.</summary>
    public Raw.RawFormat? Format { get; init; }

    /// <summary>Headers that source files of this table may have, from the custom property <c>headers</c>; empty when not given.</summary>
    public IReadOnlyList<HeaderGeneration> Headers { get; init; } = [];

    /// <summary>What becomes of columns of a source file that no header generation has. Default: the file is refused.</summary>
    public SchemaEvolution SchemaEvolution { get; init; }

    /// <summary>Version of the contract that the table belongs to.</summary>
    public required string ContractVersion { get; init; }

    /// <summary>Line of the table in the contract file, from 1.</summary>
    public int Line { get; init; }

    /// <summary>Columns of the primary key in key order; empty when there is none.</summary>
    public IReadOnlyList<ContractColumn> PrimaryKey =>
        [.. Columns.Where(c => c.PrimaryKey).OrderBy(c => c.PrimaryKeyPosition ?? int.MaxValue)];
}
