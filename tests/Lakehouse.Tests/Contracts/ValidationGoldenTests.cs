using System.Text.Json;
using Lakehouse.Contracts;
using Lakehouse.Contracts.Schema;
using Lakehouse.Yaml;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Contracts;

/// <summary>Every recorded judgement of the standard's schema: the same verdict, the same paths and keywords.</summary>
public sealed class ValidationGoldenTests
{
    private static readonly string Golden = TestPaths.InRepo("tests", "Lakehouse.Tests", "Contracts", "Golden");

    public static TheoryData<string> Validations => [.. Directory.GetFiles(Path.Combine(Golden, "validation"), "*.odcs.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Examples => [.. Directory.GetFiles(Path.Combine(Golden, "examples"), "*.odcs.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Validations))]
    public void Validate_RecordedContract_GivesTheRecordedVerdictPathsAndKeywords(string file)
    {
        var path = Path.Combine(Golden, "validation", file);
        using var expected = JsonDocument.Parse(File.ReadAllText(path.Replace(".odcs.yaml", ".expected.json", StringComparison.Ordinal)));
        var wanted = expected.RootElement.GetProperty("errors").EnumerateArray()
            .Select(e => $"{e.GetProperty("path").GetString()} {e.GetProperty("keyword").GetString()}").Order(StringComparer.Ordinal);

        var violations = OdcsSchema.Validate(YamlReader.Read(File.ReadAllText(path), out _)!);
        var result = ContractParser.ParseFile(path);

        Assert.Equal(wanted, violations.Select(v => $"{v.Path} {v.Keyword}").Order(StringComparer.Ordinal));
        Assert.Equal(expected.RootElement.GetProperty("valid").GetBoolean(), result.Contract is not null);
        Assert.Equal(result.Contract is null, result.Errors.Count > 0);
        Assert.All(result.Errors, e => Assert.True(e.Line >= 1 && e.Column >= 1 && e.File == path));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void ParseFile_ExampleOfTheStandard_IsAccepted(string file)
    {
        var result = ContractParser.ParseFile(Path.Combine(Golden, "examples", file));

        Assert.Empty(result.Errors);
        Assert.NotNull(result.Contract);
    }
}
