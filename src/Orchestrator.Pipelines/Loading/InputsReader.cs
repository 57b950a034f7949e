using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Reads <c>inputs</c>: datasets of pipelines whose folders lie beside this one, with their contracts and partitions.</summary>
internal sealed class InputsReader(string folder, string? environment, ErrorList errors)
{
    private readonly Dictionary<string, SpecNode?> _pipelines = new(StringComparer.Ordinal);

    /// <summary>The inputs that could be read, by name.</summary>
    public IReadOnlyDictionary<string, PipelineInput> Read(SpecNode root, Partitioning? partitioning)
    {
        var inputs = new Dictionary<string, PipelineInput>(StringComparer.Ordinal);
        foreach (var name in root["inputs"].Keys)
        {
            var node = root["inputs"][name.Value];
            if (root["datasets"][name.Value].Exists)
            {
                errors.Add(name.Place, $"'{name.Value}' is a dataset of this pipeline and an input", "a name of its own", $"'{name.Value}'", "give the input another name, and say by 'dataset' what it is called there.");
            }

            if (node["pipeline"].Text is { } pipeline && PipelineOf(node["pipeline"], pipeline, root["name"].Text) is { } upstream
                && ReadOne(name.Value, node, pipeline, upstream, partitioning) is { } input)
            {
                inputs[name.Value] = input;
            }
        }

        return inputs;
    }

    private PipelineInput? ReadOne(string name, SpecNode node, string pipeline, SpecNode upstream, Partitioning? partitioning)
    {
        var dataset = node["dataset"].Text ?? name;
        if (!upstream["datasets"][dataset].Exists)
        {
            var place = node["dataset"].Exists ? node["dataset"].Place : node.Place;
            errors.Add(place, $"pipeline '{pipeline}' makes no dataset '{dataset}'", seen: $"'{dataset}'", help: Suggestions.For(dataset, upstream["datasets"].Keys.Select(k => k.Value)));
            return null;
        }

        var draft = new DatasetDraft { Name = new Located<string>(dataset, node.Place), Node = upstream["datasets"][dataset], Layer = DatasetLayer.Silver };
        var unsound = new ErrorList();
        new ContractReader(FolderOf(pipeline), upstream["sources"], unsound).Read(draft);
        if (new PartitioningReader(unsound).Read(upstream["partitioning"]) is not { } theirs || draft.Schema is null)
        {
            Refuse(node["pipeline"], pipeline);
            return null;
        }

        var selection = node["partitions"].Choice<PartitionSelection>() ?? PartitionSelection.Aligned;
        if (selection == PartitionSelection.Aligned && partitioning is not null && !PartitionMapping.CanAlign(theirs.Unit, partitioning.Unit))
        {
            var place = node["partitions"].Exists ? node["partitions"].Place : node.Place;
            errors.Add(place, $"partitions of unit '{Words.Of(theirs.Unit)}' cannot be aligned with those of unit '{Words.Of(partitioning.Unit)}'", "'partitions' of 'latest' or 'all'", "'aligned'", "say which partitions a run reads.");
        }

        if (selection != PartitionSelection.Aligned && node["lookback"].Exists)
        {
            errors.Add(node["lookback"].Place, $"'{Words.Of(selection)}' looks back by itself", "'lookback' with 'partitions: aligned' only", $"'{Words.Of(selection)}'", "remove the key.");
        }

        LookbackCheck.Check(errors, node["lookback"], theirs);

        return new PipelineInput
        {
            Name = name,
            Pipeline = pipeline,
            Dataset = dataset,
            Partitioning = theirs,
            Schema = draft.Schema,
            Partitions = selection,
            Lookback = node["lookback"].Integer ?? 0,
            WhenHeld = node["when_held"].Choice<HeldInput>(),
            Consumers = upstream["datasets"][dataset]["quality"]["consumers"].Choice<HeldInput>() ?? upstream["quality"]["consumers"].Choice<HeldInput>() ?? HeldInput.Wait,
        };
    }

    private SpecNode? PipelineOf(SpecNode node, string pipeline, string? self)
    {
        if (pipeline == self)
        {
            errors.Add(node.Place, "a pipeline is no input of itself", "another pipeline", $"'{pipeline}'", "a model reads datasets of its own pipeline by their names alone.");
            return null;
        }

        if (!Directory.Exists(FolderOf(pipeline)))
        {
            var siblings = Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!).Where(d => File.Exists(Path.Combine(d, PipelineLoader.FileName))).Select(Path.GetFileName).OfType<string>().Where(d => d != self);
            errors.Add(node.Place, $"there is no pipeline '{pipeline}'", $"a folder {FolderOf(pipeline)}", $"'{pipeline}'", Suggestions.For(pipeline, siblings) ?? "its folder has to lie beside this one.");
            return null;
        }

        if (Load(pipeline) is not { } found)
        {
            Refuse(node, pipeline);
            return null;
        }

        if (self is not null && WayBack(pipeline, self, [pipeline]) is { } way)
        {
            errors.Add(node.Place, "pipelines read each other: " + string.Join(" reads ", way.Prepend(self).Select(p => $"'{p}'")), help: "a table has to be made before it is read; break the circle in one of the pipelines.");
            return null;
        }

        return found;
    }

    private List<string>? WayBack(string from, string self, List<string> way)
    {
        foreach (var next in Load(from) is { } node ? node["inputs"].Keys.Select(k => node["inputs"][k.Value]["pipeline"].Text).OfType<string>().Distinct() : [])
        {
            if (next == self)
            {
                return [.. way, self];
            }

            if (!way.Contains(next) && WayBack(next, self, [.. way, next]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Another pipeline's document, in the same environment where it has it; null when it is not sound.</summary>
    private SpecNode? Load(string pipeline)
    {
        if (!_pipelines.TryGetValue(pipeline, out var node))
        {
            var unsound = new ErrorList();
            var theirs = environment is not null && DocumentReader.EnvironmentsOf(FolderOf(pipeline)).Contains(environment) ? environment : null;
            node = new DocumentReader(FolderOf(pipeline), unsound).Read(theirs);
            _pipelines[pipeline] = node = unsound.IsEmpty && node?["name"].Text == pipeline ? node : null;
        }

        return node;
    }

    private void Refuse(SpecNode node, string pipeline) =>
        errors.Add(node.Place, $"pipeline '{pipeline}' is not sound itself", $"a pipeline of that name in {FolderOf(pipeline)}", help: $"run 'orchestrator validate {FolderOf(pipeline)}' and mend what it says.");

    private string FolderOf(string pipeline) => Path.Combine(Path.GetDirectoryName(folder) ?? folder, pipeline);
}
