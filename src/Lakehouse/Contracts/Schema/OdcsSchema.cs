using Lakehouse.Yaml;

namespace Lakehouse.Contracts.Schema;

/// <summary>The official schema of the Open Data Contract Standard 3.1.0, carried in this assembly unchanged.</summary>
internal static class OdcsSchema
{
    private static readonly Lazy<SchemaNode> Root = new(() =>
    {
        using var stream = typeof(OdcsSchema).Assembly.GetManifestResourceStream("odcs-json-schema-v3.1.0.json")
            ?? throw new InvalidOperationException("The embedded contract schema is missing from the assembly.");
        return SchemaNode.Load(stream);
    });

    /// <summary>Every keyword of the standard's schema that the document breaks.</summary>
    public static IReadOnlyList<SchemaViolation> Validate(YamlValue document) => SchemaValidator.Validate(Root.Value, document);
}
