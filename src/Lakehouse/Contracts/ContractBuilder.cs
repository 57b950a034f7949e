using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>Builds the model from a document that the standard's schema has accepted.</summary>
internal static class ContractBuilder
{
    private static readonly (string Key, QualityOperator Operator)[] Operators =
        [.. Enum.GetValues<QualityOperator>().Select(o => (char.ToLowerInvariant(o.ToString()[0]) + o.ToString()[1..], o))];

    public static DataContract Build(YamlValue root, string file)
    {
        var version = Text(root, "version")!;
        return new DataContract
        {
            File = file,
            Id = Text(root, "id")!,
            Name = Text(root, "name"),
            Version = version,
            ApiVersion = Text(root, "apiVersion")!,
            Status = Text(root, "status")!,
            Domain = Text(root, "domain"),
            DataProduct = Text(root, "dataProduct"),
            Purpose = root["description"] is { } description ? Text(description, "purpose") : null,
            Tags = Texts(root, "tags"),
            Servers = [.. Items(root, "servers").Select(s => new ContractServer(Text(s, "server")!, Text(s, "type")!, Text(s, "environment"), s))],
            Tables = [.. Items(root, "schema").Select(t => Table(t, version))],
            CustomProperties = Custom(root),
            Document = root,
        };
    }

    private static ContractTable Table(YamlValue node, string version)
    {
        var custom = Custom(node);
        return new ContractTable
        {
            Name = Text(node, "name")!,
            PhysicalName = Text(node, "physicalName"),
            PhysicalType = Text(node, "physicalType"),
            Description = Text(node, "description"),
            Tags = Texts(node, "tags"),
            Columns = [.. Items(node, "properties").Select(Column)],
            Quality = [.. Items(node, "quality").Select(Rule)],
            Relationships = Relationships(node),
            CustomProperties = custom,
            Headers = custom.TryGetValue("headers", out var headers) ? Headers(headers) : [],
            SchemaEvolution = custom.TryGetValue("schemaEvolution", out var evolution) && Enum.TryParse<SchemaEvolution>(evolution.Text, ignoreCase: true, out var policy) ? policy : SchemaEvolution.Freeze,
            ContractVersion = version,
            Line = node.Line,
        };
    }

    private static ContractColumn Column(YamlValue node) => new()
    {
        Name = Text(node, "name") ?? "",
        PhysicalName = Text(node, "physicalName"),
        LogicalType = Text(node, "logicalType") is { } type ? Enum.Parse<LogicalType>(type, ignoreCase: true) : null,
        Options = node["logicalTypeOptions"] is { } options ? Options(options) : LogicalTypeOptions.None,
        PhysicalType = Text(node, "physicalType"),
        Required = Flag(node, "required"),
        Unique = Flag(node, "unique"),
        PrimaryKey = Flag(node, "primaryKey"),
        PrimaryKeyPosition = node["primaryKeyPosition"]?.AsInt32() is { } position and >= 0 ? position : null,
        Partitioned = Flag(node, "partitioned"),
        Classification = Text(node, "classification"),
        Description = Text(node, "description"),
        Tags = Texts(node, "tags"),
        Quality = [.. Items(node, "quality").Select(Rule)],
        Relationships = Relationships(node),
        Properties = [.. Items(node, "properties").Select(Column)],
        CustomProperties = Custom(node),
        Line = node.Line,
    };

    private static LogicalTypeOptions Options(YamlValue node) => new()
    {
        MinLength = node["minLength"]?.AsInt32(),
        MaxLength = node["maxLength"]?.AsInt32(),
        Pattern = Text(node, "pattern"),
        Format = Text(node, "format"),
        Minimum = node["minimum"]?.AsScalarText(),
        Maximum = node["maximum"]?.AsScalarText(),
        ExclusiveMinimum = node["exclusiveMinimum"]?.AsScalarText(),
        ExclusiveMaximum = node["exclusiveMaximum"]?.AsScalarText(),
        MultipleOf = node["multipleOf"]?.AsScalarText(),
        Timezone = node["timezone"]?.AsBoolean(),
        DefaultTimezone = Text(node, "defaultTimezone"),
    };

    private static QualityRule Rule(YamlValue node)
    {
        var metric = Text(node, "metric");
        var arguments = node["arguments"] ?? YamlValue.EmptyMap;
        return new QualityRule
        {
            Name = Text(node, "name") ?? Text(node, "id"),
            Type = Text(node, "type") is { } type ? Enum.Parse<QualityRuleType>(type, ignoreCase: true) : QualityRuleType.Library,
            Metric = metric is null ? null : Enum.Parse<QualityMetric>(metric, ignoreCase: true),
            Threshold = Threshold(node) ?? (node["implementation"] is { Kind: YamlKind.Map } own ? Threshold(own) : null),
            Query = Text(node, "query"),
            Engine = Text(node, "engine"),
            Implementation = node["implementation"]?.AsString(),
            Settings = node["implementation"] is { Kind: YamlKind.Map } settings ? settings : null,
            MissingValues = [.. Items(arguments, "missingValues").Select(v => v.AsScalarText())],
            ValidValues = arguments["validValues"] is { Kind: YamlKind.List } valid ? valid.AsTexts() : null,
            Pattern = Text(arguments, "pattern"),
            Properties = arguments["properties"]?.AsTexts() ?? [],
            IsPercent = Text(node, "unit")?.ToLowerInvariant() is "percent" or "percentage" or "%",
            Severity = Text(node, "severity")?.ToLowerInvariant() is "warning" or "warn" or "info" ? QualitySeverity.Warning : QualitySeverity.Error,
            Dimension = Text(node, "dimension"),
            Description = Text(node, "description"),
            Line = node.Line,
        };
    }

    private static QualityThreshold? Threshold(YamlValue node)
    {
        foreach (var (key, comparison) in Operators)
        {
            if (node[key] is { } value)
            {
                return value.Kind is YamlKind.List && value.Items.Count == 2
                    ? new QualityThreshold(comparison, value.Items[0].Text, value.Items[1].Text)
                    : new QualityThreshold(comparison, value.AsScalarText() ?? "");
            }
        }

        return null;
    }

    private static IReadOnlyList<HeaderGeneration> Headers(YamlValue node) =>
        [.. node.Items.Select(g => new HeaderGeneration(
            g["name"]?.AsScalarText() ?? "",
            [.. Items(g, "columns").Select(c => new HeaderColumn(
                c["name"]?.AsScalarText() ?? "",
                c["header"]?.AsScalarText() ?? c["name"]?.AsScalarText() ?? "",
                Flag(c, "optional")))]))];

    private static IReadOnlyList<ContractRelationship> Relationships(YamlValue node) =>
        [.. Items(node, "relationships").Select(r => new ContractRelationship(Ends(r["from"]), Ends(r["to"])))];

    private static IReadOnlyList<string> Ends(YamlValue? node) => node switch
    {
        null => [],
        { Kind: YamlKind.List } => node.AsTexts(),
        _ => [node.Text],
    };

    private static IReadOnlyDictionary<string, YamlValue> Custom(YamlValue node)
    {
        var properties = new Dictionary<string, YamlValue>(StringComparer.Ordinal);
        foreach (var entry in Items(node, "customProperties"))
        {
            properties[Text(entry, "property")!] = entry["value"]!;
        }

        return properties;
    }

    private static string? Text(YamlValue node, string key) => node[key]?.AsString();

    private static IReadOnlyList<string> Texts(YamlValue node, string key) => node[key]?.AsTexts() ?? [];

    private static IReadOnlyList<YamlValue> Items(YamlValue node, string key) => node[key]?.Items ?? [];

    private static bool Flag(YamlValue node, string key) => node[key]?.AsBoolean() ?? false;
}
