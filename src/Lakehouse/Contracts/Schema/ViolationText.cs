using Lakehouse.Yaml;

namespace Lakehouse.Contracts.Schema;

/// <summary>Turns broken schema keywords into errors a person can act on: one per cause, without the schema's own echoes.</summary>
internal sealed class ViolationText(string file)
{
    private readonly List<ContractError> _errors = [];
    private readonly HashSet<(string, string, string)> _reported = [];

    public static IReadOnlyList<ContractError> Explain(string file, IReadOnlyList<SchemaViolation> violations)
    {
        var text = new ViolationText(file);
        foreach (var violation in violations)
        {
            text.Add(violation, violations);
        }

        return [.. text._errors.OrderBy(e => e.Line).ThenBy(e => e.Column)];
    }

    private void Add(SchemaViolation violation, IReadOnlyList<SchemaViolation> all)
    {
        var node = violation.Node;
        switch (violation.Keyword)
        {
            case "required":
                var close = node.Entries.Select(e => e.Key).Where(k => !KnownKeys(violation.Schema).Contains(k));
                Report(violation, node.Line, node.Column, $"the key '{violation.Names[0]}'", $"only {Quoted(node.Entries.Select(e => e.Key))}",
                    DidYouMean.Find(violation.Names[0], close) is { } typo ? $"Is '{typo}' meant to be '{violation.Names[0]}'?" : null);
                break;
            case "type":
                Report(violation, node.Line, node.Column, TypeName(violation.Schema.Type!), node.ToString(), TypeHelp(violation.Schema.Type!, node));
                break;
            case "enum":
                Report(violation, node.Line, node.Column, $"one of {Quoted(violation.Schema.Enum!)}", node.ToString(),
                    DidYouMean.Find(node.Text, violation.Schema.Enum!) is { } near ? $"Did you mean '{near}'?" : null);
                break;
            case "pattern":
                Report(violation, node.Line, node.Column, $"text of the form {violation.Schema.Pattern}", node.ToString(), null);
                break;
            case "minimum":
                Report(violation, node.Line, node.Column, $"a number of at least {violation.Schema.Minimum}", node.ToString(), null);
                break;
            case "exclusiveMinimum":
                Report(violation, node.Line, node.Column, $"a number above {violation.Schema.ExclusiveMinimum}", node.ToString(), null);
                break;
            case "minItems":
                Report(violation, node.Line, node.Column, $"at least {violation.Schema.MinItems} members", node.ToString(), null);
                break;
            case "maxItems":
                Report(violation, node.Line, node.Column, $"at most {violation.Schema.MaxItems} members", node.ToString(), null);
                break;
            case "uniqueItems":
                Report(violation, node.Line, node.Column, "members that differ", "a repeated member", null);
                break;
            case "not":
                var entry = node.Entries.FirstOrDefault(e => violation.Names.Contains(e.Key, StringComparer.Ordinal));
                Report(violation, entry?.Line ?? node.Line, entry?.Column ?? node.Column, $"no key {Quoted(violation.Names)} here", node.ToString(), "Leave the key out: it follows from where this stands.");
                break;
            case "additionalProperties" or "unevaluatedProperties":
                AddExtra(violation, all);
                break;
            default:
                AddBranches(violation);
                break;
        }
    }

    private void AddExtra(SchemaViolation violation, IReadOnlyList<SchemaViolation> all)
    {
        var known = KnownKeys(violation.Schema);
        foreach (var name in violation.Names)
        {
            // A key that belongs to a form of this object which failed for another reason is an echo of that reason.
            var applies = known.Contains(name);
            if (applies && all.Any(v => v.Keyword is not ("additionalProperties" or "unevaluatedProperties") && IsAtOrBelow(v.Path, violation.Path)))
            {
                continue;
            }

            var entry = violation.Node.Entries.First(e => e.Key == name);
            var near = applies ? null : DidYouMean.Find(name, known.Where(k => violation.Node[k] is null));
            Report(
                violation with { Keyword = violation.Keyword, Names = [name] },
                entry.Line,
                entry.Column,
                applies ? $"only keys that go with {Form(violation.Node)}" : $"one of the keys {Quoted(known.Order(StringComparer.Ordinal))}",
                $"the key '{name}'",
                near is not null ? $"Did you mean '{near}'?" : applies ? null : "Data of your own belongs in 'customProperties'.");
        }
    }

    private void AddBranches(SchemaViolation violation)
    {
        var branches = violation.Schema.OneOf.Count > 0 && violation.Keyword == "oneOf" ? violation.Schema.OneOf : violation.Schema.AnyOf;
        var node = violation.Node;
        if (branches.All(b => b.Required.Count == 1))
        {
            var names = branches.Select(b => b.Required[0]).ToList();
            var present = names.Where(n => node[n] is not null).ToList();
            if (present.Count != 1)
            {
                Report(violation, node.Line, node.Column, $"exactly one of {Quoted(names)}", present.Count == 0 ? "none of them" : Quoted(present), null);
                return;
            }

            AddAll(violation.Branches[names.IndexOf(present[0])]);
            return;
        }

        var fitting = violation.Branches.Where(found => found.Count > 0 && !found.Any(v => v.Path == violation.Path && v.Keyword == "type")).ToList();
        if (fitting.Count == 1)
        {
            AddAll(fitting[0]);
            return;
        }

        var types = branches.Select(b => (b.Target ?? b).Type).OfType<string>().Distinct().Select(TypeName).ToList();
        Report(violation, node.Line, node.Column, types.Count > 1 ? string.Join(" or ", types) : "one of the allowed forms", node.ToString(),
            violation.Branches.Any(b => b.Count > 0) && fitting.Count > 0 ? $"Each form misses something: {string.Join("; ", violation.Branches.Where(b => b.Count > 0).Select(b => $"{b[0].Path} {b[0].Keyword}").Distinct())}." : null);
    }

    private void AddAll(IReadOnlyList<SchemaViolation> violations)
    {
        foreach (var inner in violations)
        {
            Add(inner, violations);
        }
    }

    private void Report(SchemaViolation violation, int line, int column, string expected, string seen, string? help)
    {
        // Both forms of "unknown key" on one object are one mistake.
        var rule = violation.Keyword == "additionalProperties" ? "unevaluatedProperties" : violation.Keyword;
        if (_reported.Add((violation.Path, rule, string.Join(',', violation.Names) + (rule == "unevaluatedProperties" ? "" : expected))))
        {
            _errors.Add(new ContractError(file, line, column, violation.Path, violation.Keyword, expected, seen, help));
        }
    }

    private static bool IsAtOrBelow(string path, string parent) =>
        path.StartsWith(parent, StringComparison.Ordinal) && (path.Length == parent.Length || path[parent.Length] is '.' or '[');

    private static HashSet<string> KnownKeys(SchemaNode schema)
    {
        var keys = new HashSet<string>(schema.Properties.Keys, StringComparer.Ordinal);
        var parts = schema.AllOf.Concat(schema.AnyOf).Concat(schema.OneOf).Concat(new[] { schema.Target, schema.If, schema.Then, schema.Else }.OfType<SchemaNode>());
        foreach (var part in parts)
        {
            keys.UnionWith(KnownKeys(part));
        }

        return keys;
    }

    private static string Form(YamlValue node) =>
        new[] { "type", "logicalType", "metric" }.Where(k => node[k] is { Kind: YamlKind.String }).Select(k => $"{k} '{node[k]!.Text}'").FirstOrDefault() ?? "this kind of entry";

    private static string TypeName(string type) => type switch
    {
        "object" => "a map",
        "array" => "a list",
        "string" => "text",
        "boolean" => "true or false",
        "number" => "a number",
        "integer" => "a whole number",
        _ => type,
    };

    private static string? TypeHelp(string type, YamlValue node) => type switch
    {
        "boolean" when node.Text.ToLowerInvariant() is "yes" or "on" or "y" => "Write true.",
        "boolean" when node.Text.ToLowerInvariant() is "no" or "off" or "n" => "Write false.",
        "string" when node.Kind is YamlKind.Integer or YamlKind.Number or YamlKind.Boolean => $"Put it in quotes: '{node.Text}'.",
        "number" or "integer" when node.Kind is YamlKind.String && YamlScalars.Resolve(node.Text) is YamlKind.Integer or YamlKind.Number => "Leave the quotes out.",
        "array" when node.Kind is YamlKind.String => $"Write it as a list: [{node.Text}].",
        "object" when node.Kind is YamlKind.Null => "Remove the key or give it content.",
        _ => null,
    };

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'")) is { Length: > 0 } text ? text : "nothing";
}
