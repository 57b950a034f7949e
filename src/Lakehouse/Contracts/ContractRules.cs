using System.Text.RegularExpressions;
using Lakehouse.Privacy;
using Lakehouse.Quality;
using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>What a contract must satisfy beyond the standard's schema so that it can be enforced.</summary>
internal sealed class ContractRules
{
    private static readonly string[] GenerationKeys = ["name", "columns", "description"];
    private static readonly string[] ColumnKeys = ["name", "header", "optional"];

    private static readonly string[] OwnChecks = [.. MetricSql.Names, "psi", "ks", "anomaly"];

    private readonly DataContract _contract;
    private readonly List<ContractError> _errors = [];

    private ContractRules(DataContract contract) => _contract = contract;

    public static IReadOnlyList<ContractError> Check(DataContract contract)
    {
        var rules = new ContractRules(contract);
        var nodes = contract.Document["schema"]?.Items ?? [];
        rules.CheckNames("$.schema", [.. contract.Tables.Select(t => t.Name)], nodes, "table");
        for (var i = 0; i < contract.Tables.Count; i++)
        {
            rules.CheckTable($"$.schema[{i}]", contract.Tables[i], nodes[i]);
        }

        return rules._errors;
    }

    private void CheckTable(string path, ContractTable table, YamlValue node)
    {
        var nodes = node["properties"]?.Items ?? [];
        CheckNames($"{path}.properties", [.. table.Columns.Select(c => c.ColumnName)], nodes, "column");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            CheckColumn($"{path}.properties[{i}]", table.Columns[i], nodes[i]);
        }

        CheckRules(path, table.Quality, node, table);
        if (CustomValue(path, node, "headers") is { } headers)
        {
            CheckHeaders(headers.Path, headers.Value, table);
        }

        if (CustomValue(path, node, "schemaEvolution") is { } evolution && evolution.Value.Text is not ("freeze" or "discard" or "evolve" or "quarantine"))
        {
            Add(evolution.Value, evolution.Path, "schemaEvolution", "'freeze', 'discard', 'evolve' or 'quarantine'", evolution.Value.ToString(), null);
        }
    }

    private void CheckNames(string path, IReadOnlyList<string> names, IReadOnlyList<YamlValue> nodes, string what)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var first = names.TakeWhile(n => !string.Equals(n, names[i], StringComparison.OrdinalIgnoreCase)).Count();
            if (first < i)
            {
                Add(nodes[i], $"{path}[{i}]", "unique", $"{what} names that differ, letter case apart", $"'{names[i]}' again (first on line {nodes[first].Line})", null);
            }
        }
    }

    private void CheckColumn(string path, ContractColumn column, YamlValue node)
    {
        var options = node["logicalTypeOptions"] ?? node;
        var (o, at) = (column.Options, $"{path}.logicalTypeOptions");
        if (o.MinLength > o.MaxLength)
        {
            Add(options, at, "limits", "minLength at most maxLength", $"{o.MinLength} and {o.MaxLength}", null);
        }

        if (column.LogicalType is LogicalType.Integer or LogicalType.Number
            && options["minimum"]?.AsDecimal() is { } low && options["maximum"]?.AsDecimal() is { } high && low > high)
        {
            Add(options, at, "limits", "minimum at most maximum", $"{o.Minimum} and {o.Maximum}", null);
        }

        CheckPattern(options["pattern"], $"{at}.pattern");
        if (CustomValue(path, node, PrivacyRules.Property) is { } privacy)
        {
            foreach (var (place, expected, seen) in PrivacyRules.Faults(column, privacy.Value))
            {
                Add(place, privacy.Path, PrivacyRules.Property, expected, seen, null);
            }
        }

        CheckRules(path, column.Quality, node, null);
    }

    private void CheckRules(string path, IReadOnlyList<QualityRule> rules, YamlValue node, ContractTable? table)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var (rule, at, place) = (rules[i], $"{path}.quality[{i}]", node["quality"]!.Items[i]);
            CheckPattern(place["arguments"]?["pattern"], $"{at}.arguments.pattern");
            if (rule.Metric is QualityMetric.InvalidValues && rule.ValidValues is null && rule.Pattern is null && table is null
                && node["logicalTypeOptions"] is null)
            {
                Add(place, at, "arguments", "'arguments' with 'validValues' or 'pattern'", "neither", "Without them no value can be invalid.");
            }

            if (rule.Threshold is { Operator: QualityOperator.MustBeBetween or QualityOperator.MustNotBeBetween } between && Number(between.Value) > Number(between.Upper))
            {
                Add(place, at, "limits", "the lower limit first", $"{between.Value} and {between.Upper}", null);
            }

            if (rule.Metric is not null && place["unit"] is { } unit && unit.AsScalarText()?.ToLowerInvariant() is not ("rows" or "percent" or "percentage" or "%"))
            {
                Add(unit, $"{at}.unit", "unit", "rows or percent", unit.ToString(), null);
            }

            CheckOwnEngines(rule, place, at, table);
            foreach (var name in rule.Properties.Where(n => table is not null && !table.Columns.Any(c => c.Name == n || c.ColumnName == n)))
            {
                var near = DidYouMean.Find(name, table!.Columns.Select(c => c.Name));
                Add(place, $"{at}.arguments.properties", "column", $"columns of table '{table.Name}'", $"'{name}'", near is null ? null : $"Did you mean '{near}'?");
            }
        }
    }

    /// <summary>Rules for the engines of this product: a misspelt one would stop every publish.</summary>
    private void CheckOwnEngines(QualityRule rule, YamlValue place, string path, ContractTable? table)
    {
        var name = rule.Settings?["check"]?.AsScalarText();
        if (rule.Engine is "lakehouse" && (name is null || !OwnChecks.Contains(name)))
        {
            var near = name is null ? null : DidYouMean.Find(name, OwnChecks);
            Add(place["implementation"]!, $"{path}.implementation", "check", $"a map with 'check', one of {string.Join(", ", OwnChecks)}", name is null ? place["implementation"]!.ToString() : $"'{name}'", near is null ? null : $"Did you mean '{near}'?");
        }
        else if (rule.Engine is "lakehouse" && name is not "anomaly" && rule.Threshold is null)
        {
            Add(place["implementation"]!, $"{path}.implementation", "check", "one of mustBe, mustBeLessThan… beside 'check'", "none", null);
        }
        else if (rule.Engine is "lakehouse")
        {
            foreach (var (at, expected, seen) in MetricSettings.Faults(rule.Settings!, name!, table is null ? null : [.. table.Columns.Select(c => c.Name), .. table.Columns.Select(c => c.ColumnName)]))
            {
                Add(at, $"{path}.implementation", "check", expected, seen, null);
            }
        }
        else if (rule.Engine is "dotnet" && (rule.Implementation ?? name) is not { Length: > 0 })
        {
            Add(place["implementation"]!, $"{path}.implementation", "check", "the name of a check, or a map with 'check'", place["implementation"]!.ToString(), null);
        }
    }

    private static double? Number(string? text) => double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    private void CheckPattern(YamlValue? pattern, string path)
    {
        if (pattern?.AsString() is not { } text)
        {
            return;
        }

        try
        {
            _ = Regex.Match("", text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (RegexParseException e)
        {
            Add(pattern, path, "pattern", "a regular expression", $"{pattern} ({e.Error} at {e.Offset})", null);
        }
    }

    private void CheckHeaders(string path, YamlValue headers, ContractTable table)
    {
        if (headers.Kind is not YamlKind.List || headers.Items.Count == 0)
        {
            Add(headers, path, "headers", "a list of header generations, each {name, columns: [{name, header, optional}]}", headers.ToString(), null);
            return;
        }

        CheckNames(path, [.. headers.Items.Select(g => g["name"]?.AsScalarText() ?? $"#{g.Line}:{g.Column}")], headers.Items, "header generation");
        for (var g = 0; g < headers.Items.Count; g++)
        {
            var (generation, at) = (headers.Items[g], $"{path}[{g}]");
            if (!CheckKeys(generation, at, GenerationKeys, ["name", "columns"]))
            {
                continue;
            }

            var columns = generation["columns"]!;
            if (columns.Kind is not YamlKind.List || columns.Items.Count == 0)
            {
                Add(columns, $"{at}.columns", "headers", "a list of columns, each {name, header, optional}", columns.ToString(), null);
                continue;
            }

            for (var c = 0; c < columns.Items.Count; c++)
            {
                CheckHeaderColumn(columns.Items[c], $"{at}.columns[{c}]", table);
            }

            CheckNames($"{at}.columns", [.. columns.Items.Select(c => c["name"]?.AsScalarText() ?? $"#{c.Line}:{c.Column}")], columns.Items, "mapped column");
            var texts = columns.Items.Select(c => (c["header"] ?? c["name"])?.AsScalarText() ?? $"#{c.Line}:{c.Column}").ToList();
            foreach (var repeated in texts.GroupBy(t => t, StringComparer.Ordinal).Where(t => t.Count() > 1))
            {
                Add(columns, $"{at}.columns", "headers", "header texts that differ", $"'{repeated.Key}' {repeated.Count()} times", null);
            }
        }
    }

    private void CheckHeaderColumn(YamlValue column, string path, ContractTable table)
    {
        if (!CheckKeys(column, path, ColumnKeys, ["name"]))
        {
            return;
        }

        if (column["optional"] is { Kind: not YamlKind.Boolean } optional)
        {
            Add(optional, $"{path}.optional", "headers", "true or false", optional.ToString(), null);
        }

        if (column["header"] is { } header && header.AsScalarText() is null)
        {
            Add(header, $"{path}.header", "headers", "the text of the header", header.ToString(), null);
        }

        var name = column["name"]!.AsScalarText();
        if (!table.Columns.Any(c => c.ColumnName == name))
        {
            var near = name is null ? null : DidYouMean.Find(name, table.Columns.Select(c => c.ColumnName));
            Add(column["name"]!, $"{path}.name", "headers", $"a column of table '{table.Name}'", column["name"]!.ToString(), near is null ? "Declare it under 'properties' first." : $"Did you mean '{near}'?");
        }
    }

    private bool CheckKeys(YamlValue node, string path, IReadOnlyList<string> known, IReadOnlyList<string> required)
    {
        if (node.Kind is not YamlKind.Map)
        {
            Add(node, path, "headers", $"a map with {string.Join(", ", required.Select(k => $"'{k}'"))}", node.ToString(), null);
            return false;
        }

        foreach (var entry in node.Entries.Where(e => !known.Contains(e.Key)))
        {
            var near = DidYouMean.Find(entry.Key, known.Where(k => node[k] is null));
            _errors.Add(new ContractError(_contract.File, entry.Line, entry.Column, path, "contract/headers", $"one of the keys {string.Join(", ", known.Select(k => $"'{k}'"))}", $"the key '{entry.Key}'", near is null ? null : $"Did you mean '{near}'?"));
        }

        foreach (var missing in required.Where(k => node[k] is null))
        {
            Add(node, path, "headers", $"the key '{missing}'", node.ToString(), null);
        }

        return required.All(k => node[k] is not null);
    }

    private static (string Path, YamlValue Value)? CustomValue(string path, YamlValue node, string property)
    {
        var entries = node["customProperties"]?.Items ?? [];
        var index = entries.ToList().FindLastIndex(e => e["property"]?.AsString() == property);
        return index < 0 ? null : ($"{path}.customProperties[{index}].value", entries[index]["value"]!);
    }

    private void Add(YamlValue node, string path, string rule, string expected, string seen, string? help) =>
        _errors.Add(new ContractError(_contract.File, node.Line, node.Column, path, $"contract/{rule}", expected, seen, help));
}
