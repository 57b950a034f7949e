using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lakehouse.Contracts.Schema;

/// <summary>
/// One schema of a JSON Schema document (draft 2019-09 or 2020-12), with the keywords that the contract and lineage standards use. A keyword that
/// is not known here refuses the schema, so that a newer standard cannot be half understood.
/// </summary>
internal sealed class SchemaNode
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "title", "description", "documentation", "example", "examples", "default", "deprecated",
    };

    public bool IsFalse { get; private init; }

    public string? Ref { get; private set; }

    public SchemaNode? Target { get; private set; }

    public string? Type { get; private set; }

    public string? Format { get; private set; }

    public IReadOnlyList<string>? Enum { get; private set; }

    public IReadOnlyList<string> Required { get; private set; } = [];

    /// <summary>Keys that must be there when a key is.</summary>
    public Dictionary<string, IReadOnlyList<string>> DependentRequired { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SchemaNode> Properties { get; } = new(StringComparer.Ordinal);

    public SchemaNode? AdditionalProperties { get; private set; }

    public SchemaNode? UnevaluatedProperties { get; private set; }

    public SchemaNode? Items { get; private set; }

    public IReadOnlyList<SchemaNode> AllOf { get; private set; } = [];

    public IReadOnlyList<SchemaNode> AnyOf { get; private set; } = [];

    public IReadOnlyList<SchemaNode> OneOf { get; private set; } = [];

    public SchemaNode? Not { get; private set; }

    public SchemaNode? If { get; private set; }

    public SchemaNode? Then { get; private set; }

    public SchemaNode? Else { get; private set; }

    public Regex? Pattern { get; private set; }

    public int? MinItems { get; private set; }

    public int? MaxItems { get; private set; }

    public bool UniqueItems { get; private set; }

    public double? Minimum { get; private set; }

    public double? ExclusiveMinimum { get; private set; }

    /// <summary>Reads a whole schema document and resolves its local references.</summary>
    public static SchemaNode Load(Stream json)
    {
        using var document = JsonDocument.Parse(json);
        return Load(document.RootElement, new Dictionary<string, JsonElement>(StringComparer.Ordinal));
    }

    /// <summary>Reads a whole schema document and resolves its references.</summary>
    /// <param name="root">The document.</param>
    /// <param name="others">Documents that it may refer to, by their <c>$id</c>.</param>
    public static SchemaNode Load(JsonElement root, IReadOnlyDictionary<string, JsonElement> others)
    {
        var cache = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        return Read(root, reference => Resolve(root, "", reference, others, cache));
    }

    private static SchemaNode Resolve(JsonElement root, string id, string reference, IReadOnlyDictionary<string, JsonElement> others, Dictionary<string, SchemaNode> cache)
    {
        var fragmentAt = reference.IndexOf('#', StringComparison.Ordinal);
        if (fragmentAt > 0)
        {
            id = reference[..fragmentAt];
            root = others.TryGetValue(id, out var other) ? other : throw new NotSupportedException($"The schema '{id}' is referred to and not there.");
        }

        var fragment = reference[(fragmentAt + 1)..];
        if (cache.TryGetValue($"{id}#{fragment}", out var known))
        {
            return known;
        }

        var element = root;
        foreach (var part in fragment.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            element = element.GetProperty(part);
        }

        // Cached before it is filled: schemas refer to themselves.
        var node = new SchemaNode();
        cache[$"{id}#{fragment}"] = node;
        node.Fill(element, r => Resolve(root, id, r, others, cache));
        return node;
    }

    private static SchemaNode Read(JsonElement element, Func<string, SchemaNode> resolve)
    {
        var node = new SchemaNode { IsFalse = element.ValueKind is JsonValueKind.False };
        if (element.ValueKind is JsonValueKind.Object)
        {
            node.Fill(element, resolve);
        }

        return node;
    }

    private void Fill(JsonElement element, Func<string, SchemaNode> resolve)
    {
        SchemaNode One(JsonElement e) => Read(e, resolve);
        IReadOnlyList<SchemaNode> Many(JsonElement e) => [.. e.EnumerateArray().Select(One)];

        foreach (var keyword in element.EnumerateObject())
        {
            var value = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref": (Ref, Target) = (value.GetString(), resolve(value.GetString()!)); break;
                case "type": Type = value.GetString(); break;
                case "format": Format = value.GetString(); break;
                case "dependentRequired":
                    foreach (var dependent in value.EnumerateObject())
                    {
                        DependentRequired[dependent.Name] = Texts(dependent.Value);
                    }

                    break;
                case "enum": Enum = Texts(value); break;
                case "const": Enum = [value.GetString()!]; break;
                case "required": Required = Texts(value); break;
                case "properties":
                    foreach (var property in value.EnumerateObject())
                    {
                        Properties[property.Name] = One(property.Value);
                    }

                    break;
                case "additionalProperties": AdditionalProperties = One(value); break;
                case "unevaluatedProperties": UnevaluatedProperties = One(value); break;
                case "items": Items = One(value); break;
                case "allOf": AllOf = Many(value); break;
                case "anyOf": AnyOf = Many(value); break;
                case "oneOf": OneOf = Many(value); break;
                case "not": Not = One(value); break;
                case "if": If = One(value); break;
                case "then": Then = One(value); break;
                case "else": Else = One(value); break;
                case "pattern": Pattern = new Regex(value.GetString()!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)); break;
                case "minItems": MinItems = value.GetInt32(); break;
                case "maxItems": MaxItems = value.GetInt32(); break;
                case "uniqueItems": UniqueItems = value.GetBoolean(); break;
                case "minimum": Minimum = value.GetDouble(); break;
                case "exclusiveMinimum": ExclusiveMinimum = value.GetDouble(); break;
                default:
                    if (!Annotations.Contains(keyword.Name))
                    {
                        throw new NotSupportedException($"The schema keyword '{keyword.Name}' is not supported.");
                    }

                    break;
            }
        }
    }

    private static IReadOnlyList<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];
}
