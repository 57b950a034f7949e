// One file with its small records: the document that `lineage` prints.
using Lakehouse.Lineage;
using Orchestrator.Cli.Output;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Models;

namespace Orchestrator.Cli.Runs;

/// <summary>A table, or one of its columns.</summary>
internal sealed record LineageNode(string Dataset, string? Column)
{
    public override string ToString() => Column is null ? Dataset : $"{Dataset}.{Column}";
}

/// <summary>Something in a tree of lineage, and what lies beyond it.</summary>
/// <param name="Name">Table, column or source.</param>
/// <param name="How">How it is used: kinds of transformation, lookback, or what a source's files are called.</param>
/// <param name="Next">What lies beyond it.</param>
internal sealed record LineageBranch(string Name, string? How, IReadOnlyList<LineageBranch> Next);

/// <summary>One column with the columns that its values or its rows depend on.</summary>
internal sealed record LineageColumn(string Column, IReadOnlyList<string> Sources);

/// <summary>The document behind <c>lineage</c>.</summary>
internal sealed record LineageDocument(
    string Dataset, string? Column, IReadOnlyList<LineageBranch>? Upstream, IReadOnlyList<LineageBranch>? Downstream, IReadOnlyList<LineageColumn>? Columns);

/// <summary>What reads what, across all pipelines.</summary>
internal sealed class LineageGraph
{
    private readonly Dictionary<string, (PipelineSpec Spec, Dataset Dataset)> _datasets = new(StringComparer.Ordinal);

    private LineageGraph()
    {
    }

    public static LineageGraph Read(IReadOnlyList<PipelineSpec> specs, PipelineSpec maker, string dataset)
    {
        var graph = new LineageGraph();
        foreach (var spec in specs.Append(maker))
        {
            foreach (var made in spec.Datasets)
            {
                graph._datasets[made.Name] = (spec, made);
            }
        }

        return graph._datasets.ContainsKey(dataset) ? graph : throw new ArgumentException($"No dataset '{dataset}'.", nameof(dataset));
    }

    public IReadOnlyList<string> ColumnsOf(string dataset) => [.. _datasets[dataset].Dataset.Schema.Columns.Select(c => c.ColumnName)];

    /// <summary>Each column with what it depends on directly, and last what decides on the rows.</summary>
    public IReadOnlyList<LineageColumn> Columns(string dataset) => LineageOf(dataset) is not { } lineage
        ? []
        : [.. lineage.Columns.Select(c => new LineageColumn(c.Name, Sources(c.Sources))), new LineageColumn("(rows)", Sources(lineage.Rows))];

    private static IReadOnlyList<string> Sources(IEnumerable<LineageEdge> edges) =>
        [.. edges.GroupBy(e => $"{e.Table}.{e.Column}").OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} ({Kinds(g)})")];

    /// <summary>What a table or column comes from, or goes into, to the end. Nothing reads itself, so that it has one.</summary>
    public IReadOnlyList<LineageBranch> Tree(LineageNode node, bool upstream) =>
        [.. (upstream ? Before(node) : After(node)).Select(n => new LineageBranch(n.Node.ToString(), n.How, _datasets.ContainsKey(n.Node.Dataset) ? Tree(n.Node, upstream) : []))];

    private IEnumerable<(LineageNode Node, string? How)> Before(LineageNode node)
    {
        var (spec, dataset) = _datasets[node.Dataset];
        if (dataset.Source is { } source)
        {
            return [(new LineageNode($"source {source}", null), spec.Sources[source].Path.Text)];
        }

        if (node.Column is null)
        {
            return dataset.Reads.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (new LineageNode(r.Key, null), Lookback(r.Value)))
                .Concat(dataset.Inputs.Select(i => (new LineageNode(spec.Inputs[i].Dataset, null), (string?)$"of pipeline {spec.Inputs[i].Pipeline}")));
        }

        var sources = LineageOf(node.Dataset)?.Columns.FirstOrDefault(c => c.Name == node.Column)?.Sources ?? [];
        return sources.GroupBy(e => (Table: Real(spec, e.Table), e.Column)).OrderBy(g => g.Key.Table, StringComparer.Ordinal).ThenBy(g => g.Key.Column, StringComparer.Ordinal)
            .Select(g => (new LineageNode(g.Key.Table, g.Key.Column), (string?)Kinds(g)));
    }

    private IEnumerable<(LineageNode Node, string? How)> After(LineageNode node)
    {
        foreach (var (spec, reader) in _datasets.Values.OrderBy(d => d.Dataset.Name, StringComparer.Ordinal))
        {
            var names = reader.Reads.Keys.Concat(reader.Inputs).Where(n => Real(spec, n) == node.Dataset).ToArray();
            if (names.Length == 0)
            {
                continue;
            }

            if (node.Column is null)
            {
                yield return (new LineageNode(reader.Name, null), reader.Reads.TryGetValue(names[0], out var lookback) ? Lookback(lookback) : $"of pipeline {spec.Name}");
                continue;
            }

            foreach (var column in LineageOf(reader.Name)?.Columns ?? [])
            {
                var edges = column.Sources.Where(e => names.Contains(e.Table) && e.Column == node.Column).ToArray();
                if (edges.Length > 0)
                {
                    yield return (new LineageNode(reader.Name, column.Name), Kinds(edges));
                }
            }
        }
    }

    private static string Real(PipelineSpec spec, string name) => spec.Inputs.TryGetValue(name, out var input) ? input.Dataset : name;

    private static string? Lookback(int partitions) => partitions == 0 ? null : $"and {Amount.Of(partitions, "partition")} before";

    private static string Kinds(IEnumerable<LineageEdge> edges) =>
        string.Join(", ", edges.OrderBy(e => e.Kind).Select(e => (e.IsMasking ? "masked " : "") + e.Kind.ToString().ToLowerInvariant()).Distinct());

    private QueryLineage? LineageOf(string dataset)
    {
        var (spec, made) = _datasets[dataset];
        return made.Model is null ? null : ModelLineage.Of(spec, made);
    }
}
