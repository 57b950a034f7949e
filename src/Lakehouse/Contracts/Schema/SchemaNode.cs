using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lakehouse.Contracts.Schema;

/// <summary>
/// One schema of a JSON Schema document (draft 2019-09), with the keywords that the contract standard uses. A keyword that is
/// not known here refuses the schema, so that a newer standard cannot be half understood.
/// </summary>
internal sealed class SchemaNode
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "title", "description", "examples", "default", "deprecated", "format",
    };

    public bool IsFalse { get; private init; }

    public string? Ref { get; private set; }

    public SchemaNode? Target { get; private set; }

    public string? Type { get; private set; }

    public IReadOnlyList<string>? Enum { get; private set; }

    public IReadOnlyList<string> Required { get; private set; } = [];

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
        var root = document.RootElement;
        var cache = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        return Read(root, reference => Resolve(root, reference, cache));
    }

    private static SchemaNode Resolve(JsonElement root, string reference, Dictionary<string, SchemaNode> cache)
    {
        if (cache.TryGetValue(reference, out var known))
        {
            return known;
        }

        var element = root;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            element = element.GetProperty(part);
        }

        // Cached before it is filled: schemas refer to themselves.
        var node = new SchemaNode();
        cache[reference] = node;
        node.Fill(element, r => Resolve(root, r, cache));
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
