// One file because these records are one message family: the answer of a query.
namespace Orchestrator.Activities.Contracts;

/// <summary>Answer of the query <c>graph</c> of a run: what it makes, from what, and how far each is.</summary>
public sealed record RunGraph
{
    /// <summary>Datasets in graph order; none before the plan is made.</summary>
    public required IReadOnlyList<RunNode> Nodes { get; init; }

    /// <summary>What is made from what.</summary>
    public required IReadOnlyList<RunEdge> Edges { get; init; }

    /// <summary>The same as a Mermaid diagram.</summary>
    public required string Mermaid { get; init; }
}

/// <summary>One dataset of a run.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="Level">Distance from the sources: datasets of one level are made in parallel.</param>
/// <param name="State"><c>waiting</c>, <c>making</c>, <c>staged</c>, <c>held</c> or <c>published</c>.</param>
/// <param name="Rows">Rows that it gets; null before they are made.</param>
/// <param name="Version">Version of its table that has them; null before it is published.</param>
public sealed record RunNode(string Dataset, int Level, string State, long? Rows, long? Version);

/// <summary>That a dataset is made from something.</summary>
/// <param name="From">A source, a dataset of the pipeline, or a table of another one as <c>pipeline/dataset</c>.</param>
/// <param name="To">The dataset.</param>
public sealed record RunEdge(string From, string To);
