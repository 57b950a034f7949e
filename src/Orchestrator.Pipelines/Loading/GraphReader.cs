using Orchestrator.Pipelines.Graph;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Builds the graph from what the models read, and refuses what cannot be put in order.</summary>
internal sealed class GraphReader(IReadOnlyList<DatasetDraft> drafts, SpecNode inputs, ErrorList errors)
{
    /// <summary>The graph; null after an error.</summary>
    public PipelineGraph? Read()
    {
        var before = errors.Count;
        foreach (var draft in drafts)
        {
            CheckReads(draft);
            CheckLayers(draft);
            CheckConservation(draft);
        }

        ReportCycles();
        if (errors.Count == before && drafts.All(d => d.Source is not null || d.CanonicalSql is not null))
        {
            CheckReach();
        }

        return errors.Count > before
            ? null
            : new PipelineGraph(drafts.ToDictionary(d => d.Name.Value, d => (IReadOnlyDictionary<string, int>)d.Reads, StringComparer.Ordinal), References());
    }

    private ILookup<string, string> References()
    {
        var made = drafts.Where(d => d.Schema is not null).Select(d => (d.Name.Value, d.Layer, d.Schema!)).ToList();
        return made.SelectMany(d => ContractReferences.Of(d.Layer, d.Item3, made).Where(r => r.Dataset is not null).Select(r => (From: d.Value, To: r.Dataset!)))
            .ToLookup(r => r.From, r => r.To, StringComparer.Ordinal);
    }

    /// <summary>Every entry of <c>reads</c> has to be a table that the SQL names.</summary>
    private void CheckReads(DatasetDraft draft)
    {
        foreach (var key in draft.Node["reads"].Keys)
        {
            if (drafts.All(d => d.Name.Value != key.Value))
            {
                errors.Add(key.Place, $"there is no dataset '{key.Value}'", help: Suggestions.For(key.Value, drafts.Select(d => d.Name.Value).Where(n => n != draft.Name.Value)));
            }
            else if (draft.CanonicalSql is not null && !draft.Reads.ContainsKey(key.Value))
            {
                errors.Add(key.Place, $"the model of '{draft.Name.Value}' does not read '{key.Value}'", draft.Reads.Count == 0 ? null : string.Join(", ", draft.Reads.Keys.Select(r => $"'{r}'")), $"'{key.Value}'", "remove the entry, or name the table in the SQL.");
            }
        }
    }

    private void CheckLayers(DatasetDraft draft)
    {
        foreach (var upstream in draft.Reads.Keys.Select(r => drafts.First(d => d.Name.Value == r)).Where(u => u.Layer > draft.Layer))
        {
            errors.Add(Place.Whole(draft.Model!.Path), $"'{draft.Name.Value}' reads '{upstream.Name.Value}' of a higher layer", $"{draft.Layer.ToString().ToLowerInvariant()} or lower", upstream.Layer.ToString().ToLowerInvariant(), "data flows from bronze over silver to gold; move one of the two datasets.");
        }
    }

    /// <summary>One row out per row in needs one table whose rows are the ones that come in.</summary>
    private void CheckConservation(DatasetDraft draft)
    {
        if (draft is { Rows: RowPolicy.Conserve, Source: null, CanonicalSql: not null } && (draft.Reads.Count != 1 || draft.Reads.Values.Single() != 0 || draft.Inputs.Count > 0))
        {
            errors.Add(
                draft.Node["rows"].Place,
                $"'{draft.Name.Value}' cannot promise one row per input row",
                "a model that reads exactly one dataset, without lookback",
                draft.Reads.Count == 0 ? "no dataset" : string.Join(", ", draft.Reads.Select(r => r.Value == 0 ? $"'{r.Key}'" : $"'{r.Key}' with lookback {r.Value}")),
                "use 'rows: aggregate', or split the model.");
        }
    }

    /// <summary>Rows come from sources, inputs and models that say that they make their own; a table that none of them reaches is empty or an accident.</summary>
    private void CheckReach()
    {
        var reached = drafts.Where(d => d.Source is not null || d.Inputs.Count > 0 || d.Node["generated"].Boolean == true).Select(d => d.Name.Value).ToHashSet(StringComparer.Ordinal);
        while (drafts.Where(d => !reached.Contains(d.Name.Value) && d.Reads.Keys.Any(reached.Contains)).ToList() is { Count: > 0 } more)
        {
            reached.UnionWith(more.Select(d => d.Name.Value));
        }

        foreach (var lost in drafts.Where(d => !reached.Contains(d.Name.Value)))
        {
            errors.Add(lost.Name.Place, $"no source and no input reaches '{lost.Name.Value}'", "a model that reads a dataset or an input", lost.Reads.Count == 0 ? "no table in its SQL" : string.Join(", ", lost.Reads.Keys.Select(r => $"'{r}'")), "read a dataset, or say 'generated: true' when its rows come from nowhere else, as in a table of dates.");
        }

        foreach (var draft in drafts.Where(d => d.Node["generated"].Boolean == true && (d.Reads.Count > 0 || d.Inputs.Count > 0 || d.Source is not null)))
        {
            errors.Add(draft.Node["generated"].Place, $"'{draft.Name.Value}' is not generated, it reads other tables", "a model that reads no table", draft.Source is { } source ? $"source '{source}'" : string.Join(", ", draft.Reads.Keys.Concat(draft.Inputs).Select(r => $"'{r}'")), "remove the key.");
        }

        foreach (var unused in inputs.Keys.Where(i => drafts.All(d => !d.Inputs.Contains(i.Value))))
        {
            errors.Add(unused.Place, $"input '{unused.Value}' is read by no model", help: "name it in the SQL of a model, or remove it.");
        }
    }

    private void ReportCycles()
    {
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in drafts.Where(d => !reported.Contains(d.Name.Value)))
        {
            if (FindCycle(start.Name.Value) is not { } cycle)
            {
                continue;
            }

            reported.UnionWith(cycle);
            var what = cycle.Count == 1 ? $"'{cycle[0]}' reads itself" : "datasets read each other: " + string.Join(" reads ", cycle.Append(cycle[0]).Select(c => $"'{c}'"));
            errors.Add(start.Name.Place, what, help: "a table has to be made before it is read; break the circle in one of the models.");
        }
    }

    /// <summary>The shortest way from a dataset through what it reads back to itself; null when there is none.</summary>
    private List<string>? FindCycle(string start)
    {
        var ways = new Queue<List<string>>([[start]]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (ways.TryDequeue(out var way))
        {
            foreach (var next in drafts.First(d => d.Name.Value == way[^1]).Reads.Keys.Order(StringComparer.Ordinal))
            {
                if (next == start)
                {
                    return way;
                }

                if (seen.Add(next))
                {
                    ways.Enqueue([.. way, next]);
                }
            }
        }

        return null;
    }
}
