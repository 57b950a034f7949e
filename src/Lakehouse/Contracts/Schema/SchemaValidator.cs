using Lakehouse.Yaml;

namespace Lakehouse.Contracts.Schema;

/// <summary>
/// Checks a YAML node against a JSON Schema of draft 2019-09 or 2020-12 and reports every broken keyword with its path. Formats are
/// annotations, as the drafts have it by default, unless asked for.
/// </summary>
internal sealed class SchemaValidator(bool formats)
{
    private readonly Dictionary<(SchemaNode, YamlValue), bool> _valid = [];

    /// <summary>Every broken keyword.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="value">The node.</param>
    /// <param name="formats">True to check <c>format</c> too.</param>
    public static IReadOnlyList<SchemaViolation> Validate(SchemaNode schema, YamlValue value, bool formats = false)
    {
        var found = new List<SchemaViolation>();
        new SchemaValidator(formats).Collect(schema, value, "$", found);
        return found;
    }

    private bool IsValid(SchemaNode schema, YamlValue value)
    {
        if (!_valid.TryGetValue((schema, value), out var valid))
        {
            var found = new List<SchemaViolation>();
            Collect(schema, value, "$", found);
            _valid[(schema, value)] = valid = found.Count == 0;
        }

        return valid;
    }

    private void Collect(SchemaNode schema, YamlValue value, string path, List<SchemaViolation> found)
    {
        void Add(string keyword, params IReadOnlyList<string> names) => found.Add(new SchemaViolation(path, keyword, value, schema, names, []));

        if (schema.IsFalse)
        {
            Add("false");
            return;
        }

        if (schema.Target is { } target)
        {
            Collect(target, value, path, found);
        }

        if (schema.Type is { } type && !Is(value, type))
        {
            Add("type");
        }

        if (schema.Enum is { } allowed && !(value.Kind is YamlKind.String && allowed.Contains(value.Text, StringComparer.Ordinal)))
        {
            Add("enum");
        }

        if (schema.Pattern is { } pattern && value.Kind is YamlKind.String && !pattern.IsMatch(value.Text))
        {
            Add("pattern");
        }

        if (formats && schema.Format is { } format && value.Kind is YamlKind.String && !SchemaFormats.Fits(format, value.Text))
        {
            Add("format");
        }

        CollectNumber(schema, value, Add);
        CollectList(schema, value, path, found, Add);
        CollectMap(schema, value, path, found);
        CollectCombined(schema, value, path, found, Add);

        if (schema.UnevaluatedProperties is { } rest && value.Kind is YamlKind.Map)
        {
            var evaluated = Evaluated(schema, value);
            var extra = value.Entries.Where(e => !evaluated.Contains(e.Key) && !IsValid(rest, e.Value)).Select(e => e.Key).ToList();
            if (extra.Count > 0)
            {
                Add("unevaluatedProperties", extra);
            }
        }
    }

    private static void CollectNumber(SchemaNode schema, YamlValue value, Action<string, IReadOnlyList<string>> add)
    {
        if (value.AsDouble() is not { } number)
        {
            return;
        }

        if (number < schema.Minimum)
        {
            add("minimum", []);
        }

        if (number <= schema.ExclusiveMinimum)
        {
            add("exclusiveMinimum", []);
        }
    }

    private void CollectList(SchemaNode schema, YamlValue value, string path, List<SchemaViolation> found, Action<string, IReadOnlyList<string>> add)
    {
        if (value.Kind is not YamlKind.List)
        {
            return;
        }

        if (value.Items.Count < schema.MinItems)
        {
            add("minItems", []);
        }

        if (value.Items.Count > schema.MaxItems)
        {
            add("maxItems", []);
        }

        if (schema.UniqueItems && value.Items.Select(Canonical).Distinct(StringComparer.Ordinal).Count() < value.Items.Count)
        {
            add("uniqueItems", []);
        }

        for (var i = 0; schema.Items is { } items && i < value.Items.Count; i++)
        {
            Collect(items, value.Items[i], $"{path}[{i}]", found);
        }
    }

    private void CollectMap(SchemaNode schema, YamlValue value, string path, List<SchemaViolation> found)
    {
        if (value.Kind is not YamlKind.Map)
        {
            return;
        }

        foreach (var missing in schema.Required.Where(name => value[name] is null))
        {
            found.Add(new SchemaViolation(path, "required", value, schema, [missing], []));
        }

        foreach (var entry in value.Entries)
        {
            if (schema.Properties.TryGetValue(entry.Key, out var property))
            {
                Collect(property, entry.Value, $"{path}.{entry.Key}", found);
            }
        }

        foreach (var missing in schema.DependentRequired.Where(d => value[d.Key] is not null).SelectMany(d => d.Value).Where(name => value[name] is null))
        {
            found.Add(new SchemaViolation(path, "dependentRequired", value, schema, [missing], []));
        }

        if (schema.AdditionalProperties is { } rest)
        {
            var others = value.Entries.Where(e => !schema.Properties.ContainsKey(e.Key)).ToList();
            var extra = rest.IsFalse ? others.Select(e => e.Key).ToList() : [];
            foreach (var entry in rest.IsFalse ? [] : others)
            {
                Collect(rest, entry.Value, $"{path}.{entry.Key}", found);
            }

            if (extra.Count > 0)
            {
                found.Add(new SchemaViolation(path, "additionalProperties", value, schema, extra, []));
            }
        }
    }

    private void CollectCombined(SchemaNode schema, YamlValue value, string path, List<SchemaViolation> found, Action<string, IReadOnlyList<string>> add)
    {
        foreach (var branch in schema.AllOf)
        {
            Collect(branch, value, path, found);
        }

        if (schema.AnyOf.Count > 0 && !schema.AnyOf.Any(b => IsValid(b, value)))
        {
            found.Add(new SchemaViolation(path, "anyOf", value, schema, [], Branches(schema.AnyOf, value, path)));
        }

        if (schema.OneOf.Count > 0 && schema.OneOf.Count(b => IsValid(b, value)) != 1)
        {
            found.Add(new SchemaViolation(path, "oneOf", value, schema, [], Branches(schema.OneOf, value, path)));
        }

        if (schema.Not is { } not && IsValid(not, value))
        {
            add("not", [.. not.Required]);
        }

        if (schema.If is { } condition && (IsValid(condition, value) ? schema.Then : schema.Else) is { } consequence)
        {
            Collect(consequence, value, path, found);
        }
    }

    private List<IReadOnlyList<SchemaViolation>> Branches(IReadOnlyList<SchemaNode> branches, YamlValue value, string path) =>
        [.. branches.Select(b =>
        {
            var inner = new List<SchemaViolation>();
            Collect(b, value, path, inner);
            return inner;
        })];

    /// <summary>The keys of a map that a schema speaks about: its own and those of its branches that hold.</summary>
    private HashSet<string> Evaluated(SchemaNode schema, YamlValue value)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        keys.UnionWith(value.Entries.Select(e => e.Key).Where(schema.Properties.ContainsKey));
        foreach (var rest in new[] { schema.AdditionalProperties, schema.UnevaluatedProperties }.OfType<SchemaNode>())
        {
            keys.UnionWith(value.Entries.Where(e => IsValid(rest, e.Value)).Select(e => e.Key));
        }

        if (schema.Target is { } target)
        {
            keys.UnionWith(Evaluated(target, value));
        }

        foreach (var branch in schema.AllOf.Concat(schema.AnyOf).Concat(schema.OneOf).Where(b => IsValid(b, value)))
        {
            keys.UnionWith(Evaluated(branch, value));
        }

        if (schema.If is { } condition)
        {
            var holds = IsValid(condition, value);
            if (holds)
            {
                keys.UnionWith(Evaluated(condition, value));
            }

            if ((holds ? schema.Then : schema.Else) is { } consequence)
            {
                keys.UnionWith(Evaluated(consequence, value));
            }
        }

        return keys;
    }

    private static bool Is(YamlValue value, string type) => type switch
    {
        "object" => value.Kind is YamlKind.Map,
        "array" => value.Kind is YamlKind.List,
        "string" => value.Kind is YamlKind.String,
        "boolean" => value.Kind is YamlKind.Boolean,
        "null" => value.Kind is YamlKind.Null,
        "number" => value.Kind is YamlKind.Integer or YamlKind.Number,
        "integer" => value.Kind is YamlKind.Integer || (value.Kind is YamlKind.Number && value.AsDouble() is { } d && d == Math.Floor(d) && double.IsFinite(d)),
        _ => throw new NotSupportedException($"The schema type '{type}' is not supported."),
    };

    private static string Canonical(YamlValue value) => value.Kind switch
    {
        YamlKind.Integer or YamlKind.Number => "n" + value.AsDouble()!.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        YamlKind.List => $"[{string.Join(',', value.Items.Select(Canonical))}]",
        YamlKind.Map => $"{{{string.Join(',', value.Entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}:{Canonical(e.Value)}"))}}}",
        _ => $"{value.Kind}:{value.Text}",
    };
}
