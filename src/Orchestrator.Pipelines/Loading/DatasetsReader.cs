using Lakehouse.Contracts;
using Lakehouse.Quality;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>datasets</c> with their models' texts and their contracts; what the SQL says is looked at later.</summary>
internal sealed class DatasetsReader(string folder, Partitioning? partitioning, SpecNode sourcesNode, ErrorList errors)
{
    private readonly ContractReader _contracts = new(folder, sourcesNode, errors);
    private readonly MergeReader _merges = new(errors);

    /// <summary>The datasets whose names could be read, in the order of the file.</summary>
    public IReadOnlyList<DatasetDraft> Read(SpecNode node)
    {
        var drafts = new List<DatasetDraft>();
        foreach (var name in node.Keys)
        {
            if (Enum.TryParse<DatasetLayer>(name.Value.StartsWith(Dataset.RestrictedPrefix, StringComparison.Ordinal) ? nameof(DatasetLayer.Bronze) : name.Value.Split('.')[0], ignoreCase: true, out var layer) && name.Value.Contains('.', StringComparison.Ordinal))
            {
                drafts.Add(ReadOne(name, layer, node[name.Value]));
            }
        }

        foreach (var unused in sourcesNode.Keys.Where(s => drafts.All(d => d.Source != s.Value)))
        {
            errors.Add(unused.Place, $"source '{unused.Value}' is loaded by no dataset", help: $"add a bronze dataset with 'source: {unused.Value}', or remove the source.");
        }

        return drafts;
    }

    private DatasetDraft ReadOne(Located<string> name, DatasetLayer layer, SpecNode node)
    {
        var draft = new DatasetDraft { Name = name, Node = node, Layer = layer };
        ReadOrigin(draft);
        draft.Rows = Enum.TryParse<RowPolicy>(node["rows"].Text, ignoreCase: true, out var rows) ? rows : draft.Source is null ? RowPolicy.Aggregate : RowPolicy.Conserve;
        _contracts.Read(draft);
        CheckPrefix(draft);
        draft.Key = [.. node["key"].Items.Select(i => i.Text).OfType<string>()];
        foreach (var column in node["key"].Items)
        {
            ColumnCheck.Check(errors, draft, column.LocatedText, "key column");
        }

        ReadPartitionColumn(draft);
        ReadDeduplication(draft);
        _merges.Read(draft);
        CheckLookbacks(draft);
        return draft;
    }

    /// <summary>Raw personal values lie under a prefix of their own, so that a permission on the prefix keeps them.</summary>
    private void CheckPrefix(DatasetDraft draft)
    {
        if (draft.Layer == DatasetLayer.Bronze && !draft.Name.Value.StartsWith(Dataset.RestrictedPrefix, StringComparison.Ordinal)
            && draft.Schema?.Columns.Where(c => c.IsSensitive).Select(c => $"'{c.ColumnName}'").ToList() is { Count: > 0 } sensitive)
        {
            errors.Add(draft.Name.Place, $"'{draft.Name.Value}' holds raw values that its contract classifies: {string.Join(", ", sensitive)}", $"the name '{Dataset.RestrictedPrefix}{draft.Table}'", $"'{draft.Name.Value}'", "rename it here, in the models that read it and, by its file name, its contract.");
        }
    }

    private void ReadOrigin(DatasetDraft draft)
    {
        var (source, model) = (draft.Node["source"], draft.Node["model"]);
        if (source.Exists && model.Exists)
        {
            errors.Add(model.Place, "a dataset is loaded from a source or made by a model, not both", help: "remove 'source' or 'model'.");
        }

        if (draft.Layer == DatasetLayer.Bronze && !source.Exists)
        {
            errors.Add(draft.Name.Place, "a bronze dataset is the exact copy of a source", "'source' with the name of one", model.Exists ? "'model'" : "no source", "what a model makes belongs to silver or gold.");
            return;
        }

        if (draft.Layer != DatasetLayer.Bronze && source.Exists)
        {
            errors.Add(source.Place, $"only bronze loads a source; '{draft.Name.Value}' is {draft.Layer.ToString().ToLowerInvariant()}", help: "load it into a bronze dataset and read that in a model.");
            return;
        }

        if (draft.Layer == DatasetLayer.Bronze)
        {
            draft.Source = source.Text;
            if (source.Text is { } wanted && !sourcesNode[wanted].Exists)
            {
                errors.Add(source.Place, $"there is no source '{wanted}'", seen: $"'{wanted}'", help: Suggestions.For(wanted, sourcesNode.Keys.Select(k => k.Value)) ?? "declare it under 'sources'.");
            }

            if (draft.Node["reads"].Exists)
            {
                errors.Add(draft.Node["reads"].Place, "a dataset that loads a source reads no other dataset", help: "remove the key.");
            }

            return;
        }

        ReadModel(draft, model);
    }

    private void ReadModel(DatasetDraft draft, SpecNode model)
    {
        var relative = model.Text ?? $"models/{draft.Name.Value}.sql";
        var path = Path.GetFullPath(Path.Combine(folder, relative));
        if (File.Exists(path))
        {
            draft.Model = new ModelText(path, File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal));
            return;
        }

        var place = model.Exists ? model.Place : draft.Name.Place;
        var siblings = Directory.Exists(Path.GetDirectoryName(path)) ? Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.sql").Select(f => Path.GetRelativePath(folder, f)) : [];
        errors.Add(place, $"the model of '{draft.Name.Value}' is missing", "a file", path, DidYouMean.Question(relative, siblings) ?? "create the file, or correct 'model'.");
    }

    private void ReadPartitionColumn(DatasetDraft draft)
    {
        var node = draft.Node["partition_column"];
        draft.PartitionColumn = node.Text ?? partitioning?.Column;
        if (draft.PartitionColumn is not null)
        {
            ColumnCheck.Check(errors, draft, node.LocatedText ?? new Located<string>(draft.PartitionColumn, draft.Name.Place), "partition column");
        }
    }

    private void CheckLookbacks(DatasetDraft draft)
    {
        foreach (var lookback in draft.Node["reads"].Keys.Select(k => draft.Node["reads"][k.Value]["lookback"]))
        {
            LookbackCheck.Check(errors, lookback, partitioning);
        }
    }

    private void ReadDeduplication(DatasetDraft draft)
    {
        var node = draft.Node["deduplicate"];
        if (!node.Exists)
        {
            return;
        }

        if (draft.Key.Count == 0)
        {
            errors.Add(node.Place, $"'{draft.Name.Value}' drops rows with equal key but has no key", "'key' with the columns that identify a row");
        }

        var order = new List<SortColumn>();
        foreach (var term in node["order_by"].Items)
        {
            if (term.Text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words)
            {
                ColumnCheck.Check(errors, draft, new Located<string>(words[0], term.Place), "column of order_by");
                order.Add(new SortColumn(words[0], words.Contains("desc"), !words.Contains("first")));
            }
        }

        if (node["rule"].Text is { } rule && order.Count > 0)
        {
            draft.Deduplicate = new Deduplication(rule, order);
        }
    }
}
