using System.Text.Json;
using Lakehouse.Contracts;

namespace Orchestrator.Conformance;

/// <summary>Recorded judgements on data contracts: of the standard's schema, and of a tool that ran checks over data.</summary>
public static class OdcsCases
{
    /// <summary>Judges every case under the recording's folder.</summary>
    public static IEnumerable<CaseResult> Judge(string golden) =>
        Files(Path.Combine(golden, "validation"), "*.odcs.yaml").Select(JudgeValidation)
            .Concat(JudgeExamples(golden))
            .Concat(Folders(Path.Combine(golden, "checks")).Select(OdcsCheckCases.Judge));

    /// <summary>One contract with the schema's verdict: the same verdict, and the same keywords at the same paths.</summary>
    public static CaseResult JudgeValidation(string file)
    {
        var id = $"validation/{Path.GetFileName(file).Replace(".odcs.yaml", "", StringComparison.Ordinal)}";
        using var expected = JsonDocument.Parse(File.ReadAllText(file.Replace(".odcs.yaml", ".expected.json", StringComparison.Ordinal)));
        return Compare(id, File.ReadAllText(file), expected.RootElement);
    }

    private static IEnumerable<CaseResult> JudgeExamples(string golden)
    {
        var list = new[] { Path.Combine(golden, "standard", "examples.expected.json"), Path.Combine(golden, "examples.expected.json") }.FirstOrDefault(File.Exists);
        if (list is null)
        {
            yield break;
        }

        using var expected = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var example in expected.RootElement.EnumerateArray())
        {
            var file = example.GetProperty("file").GetString()!;
            yield return Compare($"examples/{Path.GetFileName(file)}", File.ReadAllText(Path.Combine(Path.GetDirectoryName(list)!, "examples", Path.GetFileName(file))), example);
        }
    }

    private static CaseResult Compare(string id, string yaml, JsonElement expected)
    {
        var wanted = expected.GetProperty("errors").EnumerateArray().Select(e => $"{e.GetProperty("path").GetString()} {e.GetProperty("keyword").GetString()}").Order(StringComparer.Ordinal);
        var seen = ContractParser.Validate(yaml).Select(v => $"{v.Path} {v.Keyword}").Order(StringComparer.Ordinal).ToList();
        var accepted = ContractParser.Parse(yaml, id).Contract is not null;
        return wanted.SequenceEqual(seen) && accepted == expected.GetProperty("valid").GetBoolean()
            ? new CaseResult(id, CaseVerdict.Passed)
            : new CaseResult(id, CaseVerdict.Failed, $"expected [{string.Join(", ", wanted)}], seen [{string.Join(", ", seen)}], {(accepted ? "accepted" : "refused")}");
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal) : [];

    private static IEnumerable<string> Folders(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder).Order(StringComparer.Ordinal) : [];
}
