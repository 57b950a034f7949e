using System.Text.Json;
using Lakehouse.Lineage;

namespace Orchestrator.Conformance;

/// <summary>Recorded judgements on lineage events: the official schemas' verdict, and every rule that an event breaks.</summary>
public static class OpenLineageCases
{
    /// <summary>Judges every event under the recording's folder.</summary>
    public static IEnumerable<CaseResult> Judge(string golden)
    {
        var schema = OpenLineageSchema.Load(Path.Combine(golden, "spec"));
        foreach (var file in Directory.GetFiles(Path.Combine(golden, "events"), "*.expected.json").Order(StringComparer.Ordinal))
        {
            yield return JudgeEvent(schema, file);
        }
    }

    /// <summary>One event: the same verdict, and the same keywords at the same paths, within the forms of a choice too.</summary>
    public static CaseResult JudgeEvent(OpenLineageSchema schema, string expectedFile)
    {
        var id = $"events/{Path.GetFileName(expectedFile).Replace(".expected.json", "", StringComparison.Ordinal)}";
        using var expected = JsonDocument.Parse(File.ReadAllText(expectedFile));
        var wanted = expected.RootElement.GetProperty("errors").EnumerateArray().Select(Wanted).Order(StringComparer.Ordinal).ToList();
        var seen = schema.Validate(File.ReadAllText(expectedFile.Replace(".expected.json", ".json", StringComparison.Ordinal))).Select(Seen).Order(StringComparer.Ordinal).ToList();
        return wanted.SequenceEqual(seen) && seen.Count == 0 == expected.RootElement.GetProperty("valid").GetBoolean()
            ? new CaseResult(id, CaseVerdict.Passed)
            : new CaseResult(id, CaseVerdict.Failed, $"expected [{string.Join("; ", wanted)}], seen [{string.Join("; ", seen)}]");
    }

    private static string Wanted(JsonElement error) => Line(
        error.GetProperty("schema").GetString()!,
        error.TryGetProperty("at", out var at) ? at.GetString()! : "",
        error.GetProperty("path").GetString()!,
        error.GetProperty("keyword").GetString()!,
        error.TryGetProperty("inner", out var inner) ? inner.EnumerateArray().Select(i => (i[0].GetString()!, i[1].GetString()!)) : []);

    private static string Seen(LineageSchemaError error) => Line(error.Schema, error.At, error.Path, error.Keyword, error.Inner);

    private static string Line(string schema, string at, string path, string keyword, IEnumerable<(string Path, string Keyword)> inner) =>
        $"{schema} {at} {path} {keyword} {{{string.Join(", ", inner.Select(i => $"{i.Path} {i.Keyword}").Distinct().Order(StringComparer.Ordinal))}}}";
}
