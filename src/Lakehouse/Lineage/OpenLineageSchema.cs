using System.Text.Json;
using Lakehouse.Contracts.Schema;
using Lakehouse.Yaml;

namespace Lakehouse.Lineage;

/// <summary>
/// The official schemas of OpenLineage, read from a folder that holds <c>OpenLineage.json</c> and <c>facets/</c>. An event is checked against the core, then
/// each facet against the schema of its name; facets of unknown names have only the core's rules, and removed ones (<c>_deleted</c>) too.
/// </summary>
public sealed class OpenLineageSchema
{
    private readonly SchemaNode _core;
    private readonly List<(string File, IReadOnlyCollection<string> Names, SchemaNode Schema)> _facets;

    private OpenLineageSchema(SchemaNode core, List<(string, IReadOnlyCollection<string>, SchemaNode)> facets)
    {
        _core = core;
        _facets = facets;
    }

    /// <summary>Reads the schemas.</summary>
    /// <param name="folder">Folder with <c>OpenLineage.json</c> and <c>facets/*.json</c>.</param>
    public static OpenLineageSchema Load(string folder)
    {
        var core = Read(Path.Combine(folder, "OpenLineage.json"));
        var documents = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [core.GetProperty("$id").GetString()!] = core };
        var facets = Directory.EnumerateFiles(Path.Combine(folder, "facets"), "*.json").Order(StringComparer.Ordinal).Select(file =>
        {
            var schema = SchemaNode.Load(Read(file), documents);
            return (Path.GetFileName(file), (IReadOnlyCollection<string>)[.. schema.Properties.Keys], schema);
        });
        return new OpenLineageSchema(SchemaNode.Load(core, documents), [.. facets]);
    }

    /// <summary>Every rule that an event breaks; empty when it is valid.</summary>
    /// <param name="json">The event.</param>
    public IReadOnlyList<LineageSchemaError> Validate(string json)
    {
        using var document = JsonDocument.Parse(json);
        var value = JsonValues.Of(document.RootElement);
        var errors = Errors("core", "", _core, value).ToList();
        errors.AddRange(Facets(value["run"], "run", "facets", "RunFacet"));
        errors.AddRange(Facets(value["job"], "job", "facets", "JobFacet"));
        errors.AddRange(Facets(value["dataset"], "dataset", "facets", "DatasetFacet"));
        foreach (var (side, kind) in new[] { ("inputs", "InputDatasetFacet"), ("outputs", "OutputDatasetFacet") })
        {
            for (var i = 0; i < (value[side]?.Items.Count ?? 0); i++)
            {
                var dataset = value[side]!.Items[i];
                errors.AddRange(Facets(dataset, $"{side}[{i}]", "facets", "DatasetFacet"));
                errors.AddRange(Facets(dataset, $"{side}[{i}].{side[..^1]}Facets", $"{side[..^1]}Facets", kind));
            }
        }

        return errors;
    }

    private IEnumerable<LineageSchemaError> Facets(YamlValue? owner, string at, string key, string kind)
    {
        foreach (var facet in owner?[key]?.Entries ?? [])
        {
            var candidates = _facets.Where(f => f.Names.Contains(facet.Key)).ToList();
            if (candidates.Count == 0 || facet.Value["_deleted"]?.AsBoolean() == true)
            {
                continue;
            }

            // One name can stand for facets of several kinds of owner; a plain dataset facet's file name ends like the two special ones.
            var (file, _, schema) = candidates.OrderBy(c => Fit(c.File, kind)).First();
            foreach (var error in Errors(file, at, schema, YamlValue.Map([facet], 0, 0)))
            {
                yield return error;
            }
        }
    }

    private static int Fit(string file, string kind)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var special = name.EndsWith("InputDatasetFacet", StringComparison.Ordinal) || name.EndsWith("OutputDatasetFacet", StringComparison.Ordinal);
        return !name.EndsWith(kind, StringComparison.Ordinal) ? 2 : special && kind == "DatasetFacet" ? 1 : 0;
    }

    private static IEnumerable<LineageSchemaError> Errors(string schema, string at, SchemaNode node, YamlValue value) =>
        SchemaValidator.Validate(node, value, formats: true).Select(v => new LineageSchemaError(
            schema, at, v.Path, v.Keyword, [.. v.Branches.SelectMany(b => b).Select(b => (b.Path, b.Keyword)).Distinct()]));

    private static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.Clone();
    }
}
