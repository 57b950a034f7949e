using Lakehouse.Contracts;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Validation;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Fixtures;

/// <summary>Reads the fixture files of a pipeline: those under <c>tests/</c> that name a model. Golden figures (<c>totals</c>) are no fixtures.</summary>
internal sealed class FixtureReader(PipelineSpec spec, ErrorList errors)
{
    public IReadOnlyList<Fixture> ReadAll()
    {
        var folder = Path.Combine(spec.Folder, "tests");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal).SelectMany(ReadFile)]
            : [];
    }

    private List<Fixture> ReadFile(string file)
    {
        var fixtures = new List<Fixture>();
        if (YamlFile.Read(file, errors) is not { } root || root["totals"] is not null)
        {
            return fixtures;
        }

        var before = errors.Count;
        new ShapeChecker(file, errors).Check(root, FixtureShape.Root);
        if (errors.Count > before)
        {
            return fixtures;
        }

        var model = root["model"]!;
        var models = spec.Datasets.Where(d => d.Kind == DatasetKind.Model).Select(d => d.Name).ToList();
        if (!models.Contains(model.Text))
        {
            errors.Add(Place.Of(file, model, "model"), $"the pipeline has no model '{model.Text}'", help: Suggestions.For(model.Text, models));
            return fixtures;
        }

        for (var i = 0; i < root["tests"]!.Items.Count; i++)
        {
            if (ReadTest(file, root["tests"]!.Items[i], $"tests[{i}]", spec.Dataset(model.Text)) is { } fixture)
            {
                fixtures.Add(fixture);
            }
        }

        return fixtures;
    }

    private Fixture? ReadTest(string file, YamlValue test, string path, Dataset dataset)
    {
        var before = errors.Count;
        var partition = test["partition"]!;
        if (!spec.Partitioning.Calendar.TryParse(partition.Text, out var key))
        {
            errors.Add(Place.Of(file, partition, path + ".partition"), "this is not a partition of the pipeline", spec.Partitioning.Calendar.Pattern, $"'{partition.Text}'");
        }

        foreach (var table in test["given"]?.Entries ?? [])
        {
            if (!dataset.Reads.ContainsKey(table.Key) && !dataset.Inputs.Contains(table.Key))
            {
                errors.Add(Place.Of(file, table, $"{path}.given.{table.Key}"), $"the model of '{dataset.Name}' does not read '{table.Key}'", help: Suggestions.For(table.Key, dataset.Reads.Keys.Concat(dataset.Inputs)));
                continue;
            }

            CheckColumns(file, table.Value.Items, spec.SchemaOf(table.Key), $"{path}.given.{table.Key}");
        }

        var expect = test["expect"]!.Items;
        CheckColumns(file, expect, dataset.Schema, path + ".expect");
        var columns = expect.SelectMany(row => row.Entries.Select(e => e.Key)).Distinct().ToList();
        foreach (var row in expect.Where(r => r.Entries.Count != columns.Count))
        {
            errors.Add(Place.Of(file, row, path + ".expect"), "the expected rows do not name the same columns", string.Join(", ", columns), string.Join(", ", row.Entries.Select(e => e.Key)), "name every compared column in every row; write null where nothing is expected.");
        }

        return errors.Count > before ? null : new Fixture
        {
            Dataset = dataset,
            Name = test["name"]!.Text,
            Place = Place.Of(file, test, path),
            Partition = key,
            Given = (test["given"]?.Entries ?? []).ToDictionary(e => e.Key, e => e.Value.Items),
            Expect = expect,
            Columns = columns,
            Ordered = test["ordered"]?.AsBoolean() ?? false,
        };
    }

    private void CheckColumns(string file, IEnumerable<YamlValue> rows, ContractTable schema, string path)
    {
        var known = schema.Columns.Select(c => c.ColumnName).ToList();
        foreach (var entry in rows.SelectMany(r => r.Entries).Where(e => !known.Contains(e.Key)).DistinctBy(e => e.Key))
        {
            errors.Add(Place.Of(file, entry, path), $"'{schema.Name}' has no column '{entry.Key}'", help: Suggestions.For(entry.Key, known));
        }
    }
}
