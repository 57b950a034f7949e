namespace Orchestrator.Pipelines.Fixtures;

/// <summary>How one fixture test of a model came out.</summary>
public sealed record FixtureResult
{
    /// <summary>Absolute path of the fixture file.</summary>
    public required string File { get; init; }

    /// <summary>Line of the test in the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The dataset whose model was tested.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the test.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What differs: rows that were expected and not made (<c>- column=value, …</c>), rows that were made and not expected (<c>+ …</c>), or why
    /// the model could not run. Empty when the test passed. At most 20 rows of each kind are listed, and then how many more there are.
    /// </summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>Whether the model made exactly what was expected.</summary>
    public bool Passed => Differences.Count == 0;
}
