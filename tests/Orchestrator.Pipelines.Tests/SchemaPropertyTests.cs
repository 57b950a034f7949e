using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Yaml;
using NJsonSchema;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Tests;

/// <summary>Random documents, sound and damaged: what the parser's format check accepts, an independent JSON Schema validator accepts by the published schema.</summary>
public sealed class SchemaPropertyTests
{
    private static readonly string[] Samples =
        ["a", "silver.orders", "bronze.raw", "2024-12-26", "12-25", "${env:NAME}", "amount desc nulls last", "5m", "1h30m", "512MB", "2 GiB", "0 6 * * *", "x_1", "North-1", "day", "1", ""];

    private static readonly Func<JsonNode?>[] Damages =
        [() => null, () => true, () => -1, () => 0.5, () => 1e12, () => "", () => " ", () => "x y", () => "a\n", () => "5m\n", () => "1GB\n", () => "silver.a\n", () => new JsonArray(), () => new JsonObject(), () => new JsonArray("a", 1), () => new JsonObject { ["zz"] = 1 }];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Schema_AcceptsWhatTheParserAccepts(int seed)
    {
        var schema = await JsonSchema.FromJsonAsync(EditorSchemas.Pipeline, TestContext.Current.CancellationToken);
        var random = new Random(seed);
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < 250; i++)
        {
            var document = Make(PipelineShape.Root, random);
            if (i % 2 == 1)
            {
                Damage(document, random);
            }

            var text = document!.ToJsonString();
            var errors = new ErrorList();
            new ShapeChecker("pipeline.yaml", errors).Check(YamlReader.Read(text, out var problems)!, PipelineShape.Root);
            Assert.Empty(problems);
            Assert.True(i % 2 == 1 || errors.IsEmpty, $"Seed {seed}, document {i} is made after the format and refused: {string.Join("\n", errors.Sorted(""))}\n{text}");
            var bySchema = schema.Validate(text);
            Assert.True(!errors.IsEmpty || bySchema.Count == 0, $"Seed {seed}, document {i}: the parser accepts what the schema refuses: {string.Join("; ", bySchema)}\n{text}");
            _ = errors.IsEmpty ? accepted++ : refused++;
        }

        Assert.True(accepted > 120 && refused > 50, $"{accepted} accepted, {refused} refused");
    }

    private static JsonNode? Make(Shape shape, Random random) => shape switch
    {
        ObjectShape o => new JsonObject(o.Keys.Where(k => k.Required || random.Next(3) == 0).Select(k => KeyValuePair.Create(k.Name, Make(k.Shape, random)))),
        MapShape m => new JsonObject(Enumerable.Range(0, random.Next(Math.Max(1, m.MinItems), 3)).Select(_ => Text(m.KeyPattern, random)).Distinct().Select(k => KeyValuePair.Create(k, Make(m.Value, random)))),
        ListShape l => new JsonArray([.. Enumerable.Range(0, random.Next(l.MinItems, 4)).Select(_ => Make(l.Item, random))]),
        ChoiceShape c => c.Values[random.Next(c.Values.Count)],
        IntegerShape i => random.NextInt64(i.Minimum, Math.Min(i.Maximum, 1_000_000_000_000) + 1),
        NumberShape n => Math.Round(n.Minimum + (random.NextDouble() * (n.Maximum - n.Minimum)), 3),
        BooleanShape => random.Next(2) == 0,
        DurationShape => $"{random.Next(1, 90)}{"dhms"[random.Next(4)]}",
        SizeShape => $"{random.Next(1, 900)}MB",
        TextShape t => Text(t.Pattern ?? ".", random),
        _ => "cell",
    };

    private static string Text(string pattern, Random random)
    {
        var fitting = Samples.Where(s => Regex.IsMatch(s, pattern)).ToList();
        return fitting.Count > 0 ? fitting[random.Next(fitting.Count)] : throw new InvalidOperationException($"No sample fits '{pattern}': add one.");
    }

    /// <summary>Replaces, removes or adds one part somewhere in the document.</summary>
    private static void Damage(JsonNode? document, Random random)
    {
        var parts = Inner(document).ToList();
        var part = parts[random.Next(parts.Count)];
        if (part is JsonObject map && random.Next(3) == 0)
        {
            map["zz_" + random.Next(9)] = 1;
        }
        else if (part is JsonObject { Count: > 0 } other)
        {
            var key = other.ElementAt(random.Next(other.Count)).Key;
            if (random.Next(3) == 0)
            {
                other.Remove(key);
            }
            else
            {
                other[key] = Damages[random.Next(Damages.Length)]();
            }
        }
        else if (part is JsonArray { Count: > 0 } list)
        {
            list[random.Next(list.Count)] = Damages[random.Next(Damages.Length)]();
        }
    }

    private static IEnumerable<JsonNode> Inner(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Inner(p.Value)).Prepend(o),
        JsonArray a => a.SelectMany(Inner).Prepend(a),
        _ => [],
    };
}
