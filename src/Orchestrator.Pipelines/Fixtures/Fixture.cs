using Lakehouse.Yaml;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Fixtures;

/// <summary>One test of a fixture file, checked against its pipeline.</summary>
internal sealed record Fixture
{
    public required Dataset Dataset { get; init; }

    public required string Name { get; init; }

    public required Place Place { get; init; }

    public required PartitionKey Partition { get; init; }

    /// <summary>Rows by table; a row is column to value.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<YamlValue>> Given { get; init; }

    /// <summary>Rows that have to come out.</summary>
    public required IReadOnlyList<YamlValue> Expect { get; init; }

    /// <summary>The columns that are compared.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    public required bool Ordered { get; init; }
}
