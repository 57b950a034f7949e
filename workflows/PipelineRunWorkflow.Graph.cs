using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>The run as a graph.</content>
public sealed partial class PipelineRunWorkflow
{
    private readonly HashSet<string> _making = [];

    /// <summary>What the run makes, from what, and how far each is.</summary>
    [WorkflowQuery("graph")]
    public RunGraph Graph()
    {
        RunNode[] nodes = [.. _datasets.Select(Node)];
        RunEdge[] edges = [.. _datasets.SelectMany(d => d.From.Select(from => new RunEdge(from, d.Name)))];
        return new RunGraph { Nodes = nodes, Edges = edges, Mermaid = Diagram(nodes, edges) };
    }

    private RunNode Node(DatasetPlan dataset)
    {
        var published = _published.FirstOrDefault(p => p.Dataset == dataset.Name);
        var staged = _staged.GetValueOrDefault(dataset.Name);
        var state = published is not null ? "published"
            : _holds.ContainsKey(dataset.Name) ? "held"
            : _making.Contains(dataset.Name) ? "making"
            : staged is not null ? "staged"
            : "waiting";
        return new RunNode(dataset.Name, dataset.Level, state, published?.Counts.Published ?? staged?.Counts.Published, published?.Version);
    }

    private static string Diagram(IReadOnlyList<RunNode> nodes, IReadOnlyList<RunEdge> edges)
    {
        var ids = edges.Select(e => e.From).Concat(nodes.Select(n => n.Dataset)).Distinct(StringComparer.Ordinal).Index().ToDictionary(n => n.Item, n => string.Create(CultureInfo.InvariantCulture, $"n{n.Index}"), StringComparer.Ordinal);
        var text = new StringBuilder("graph LR\n");
        foreach (var (name, id) in ids)
        {
            var node = nodes.FirstOrDefault(n => n.Dataset == name);
            text.Append(CultureInfo.InvariantCulture, $"  {id}{(node is null ? $"([\"{name}\"])" : $"[\"{name}<br/>{node.State}{(node.Rows is { } rows ? string.Create(CultureInfo.InvariantCulture, $", {rows} rows") : "")}\"]")}\n");
        }

        foreach (var edge in edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {ids[edge.From]} --> {ids[edge.To]}\n");
        }

        return text.ToString();
    }
}
