using System.Text.Json;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Tests.Loading;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests;

public sealed class EditorSchemaTests
{
    /// <summary>Set to 1, the tests write the published schemas in place of comparing them.</summary>
    private const string Regenerate = "ORCHESTRATOR_REGENERATE";

    [Theory]
    [InlineData("pipeline.schema.json")]
    [InlineData("fixtures.schema.json")]
    public void PublishedSchema_IsTheOneTheParserWorksBy(string file)
    {
        var path = TestPaths.InRepo("src", "Orchestrator.Pipelines", file);
        var current = file.StartsWith("pipeline", StringComparison.Ordinal) ? EditorSchemas.Pipeline : EditorSchemas.Fixtures;
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
        {
            File.WriteAllText(path, current);
        }

        Assert.True(File.ReadAllText(path) == current, $"'{path}' is not what the parser works by. Help: run this test with {Regenerate}=1 and commit the file.");
    }

    /// <summary>Takes away every key that the schema requires and adds one that it does not know: the parser has to refuse each.</summary>
    [Fact]
    public void Schema_AndParser_AgreeOnRequiredAndUnknownKeys()
    {
        using var schema = JsonDocument.Parse(EditorSchemas.Pipeline);
        var document = YamlReader.Read(PipelineFolder.Yaml, out _)!;
        foreach (var (path, shape, value) in Objects(schema.RootElement, document, ""))
        {
            Assert.False(shape.GetProperty("additionalProperties").GetBoolean());
            Assert.All(value.Entries, e => Assert.True(shape.GetProperty("properties").TryGetProperty(e.Key, out _), $"{path}.{e.Key}"));
            var required = shape.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()!).ToList() : [];
            foreach (var entry in value.Entries)
            {
                using var folder = new PipelineFolder();
                var lines = File.ReadAllLines(folder.At("pipeline.yaml"));
                var line = lines[entry.Line - 1];
                lines[entry.Line - 1] = line[..(entry.Column - 1)] + "zz_" + line[(entry.Column - 1)..];
                folder.Write("pipeline.yaml", string.Join('\n', lines));

                var errors = folder.Errors();
                Assert.Contains(errors, e => e.What == $"unknown key 'zz_{entry.Key}'");
                Assert.Equal(required.Contains(entry.Key), errors.Any(e => e.What == $"'{entry.Key}' is missing"));
            }
        }
    }

    private static IEnumerable<(string Path, JsonElement Shape, YamlValue Value)> Objects(JsonElement shape, YamlValue value, string path)
    {
        if (value.Kind == YamlKind.Map && shape.TryGetProperty("properties", out var properties))
        {
            yield return (path, shape, value);
            foreach (var inner in value.Entries.Where(e => properties.TryGetProperty(e.Key, out _)).SelectMany(e => Objects(properties.GetProperty(e.Key), e.Value, $"{path}.{e.Key}")))
            {
                yield return inner;
            }
        }
        else if (value.Kind == YamlKind.Map && shape.TryGetProperty("patternProperties", out var patterns))
        {
            foreach (var inner in value.Entries.SelectMany(e => Objects(patterns.EnumerateObject().Single().Value, e.Value, $"{path}.{e.Key}")))
            {
                yield return inner;
            }
        }
    }
}
