using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>Writes a shape as a JSON Schema (2020-12), the form that editors understand.</summary>
internal static class JsonSchemaWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The schema as indented text that ends with a line feed.</summary>
    public static string Write(Shape root, string title)
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach (var (key, value) in ToSchema(root).ToList())
        {
            schema[key] = value?.DeepClone();
        }

        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject ToSchema(Shape shape)
    {
        var schema = new JsonObject { ["description"] = shape.Description };
        switch (shape)
        {
            case ObjectShape o:
                schema["type"] = "object";
                schema["additionalProperties"] = false;
                schema["properties"] = new JsonObject(o.Keys.Select(k => KeyValuePair.Create<string, JsonNode?>(k.Name, ToSchema(k.Shape))));
                if (o.Keys.Any(k => k.Required))
                {
                    schema["required"] = new JsonArray([.. o.Keys.Where(k => k.Required).Select(k => JsonValue.Create(k.Name))]);
                }

                break;
            case MapShape m:
                schema["type"] = "object";
                schema["minProperties"] = m.MinItems;
                schema["additionalProperties"] = false;
                schema["patternProperties"] = new JsonObject { [m.KeyPattern] = ToSchema(m.Value) };
                break;
            case ListShape l:
                schema["type"] = "array";
                schema["minItems"] = l.MinItems;
                schema["items"] = ToSchema(l.Item);
                break;
            case ChoiceShape c:
                schema["enum"] = new JsonArray([.. c.Values.Select(v => JsonValue.Create(v))]);
                break;
            case IntegerShape i:
                schema["type"] = "integer";
                schema["minimum"] = i.Minimum;
                if (i.Maximum != long.MaxValue)
                {
                    schema["maximum"] = i.Maximum;
                }

                break;
            case NumberShape n:
                schema["type"] = "number";
                schema["minimum"] = n.Minimum;
                schema["maximum"] = n.Maximum;
                break;
            case BooleanShape:
                schema["type"] = "boolean";
                break;
            case CellShape:
                schema["type"] = new JsonArray("string", "number", "boolean", "null");
                break;
            default:
                schema["type"] = "string";
                schema["minLength"] = 1;
                if (PatternOf(shape) is { } pattern)
                {
                    schema["pattern"] = pattern;
                }

                break;
        }

        return schema;
    }

    private static string? PatternOf(Shape shape) => shape switch
    {
        TextShape t => t.Pattern,
        DurationShape => Scalars.DurationPattern,
        SizeShape => Scalars.SizePattern,
        _ => null,
    };
}
