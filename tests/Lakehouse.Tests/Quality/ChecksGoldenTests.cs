using System.Globalization;
using System.Text.Json;
using Lakehouse.Contracts;
using Lakehouse.Quality;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Quality;

/// <summary>
/// Recorded runs of another tool over small contracts: the same checks with the same results and counts, except where that tool is
/// known to be weak and the right outcome is stated here instead.
/// </summary>
public sealed class ChecksGoldenTests
{
    private static readonly string Golden = TestPaths.InRepo("tests", "Lakehouse.Tests", "Contracts", "Golden", "checks");

    private static readonly Dictionary<string, string> BetterThanRecorded = new(StringComparer.Ordinal)
    {
        ["date-wrong"] = "failed d.type=1",
        ["float-in-integer"] = "failed id.type=1",
        ["format-email"] = "failed v.format=1",
        ["format-uuid"] = "failed v.format=1",
        ["row-count-greater"] = "failed row_count=3 row_count_3=3",
    };

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Golden).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_RecordedCase_GivesTheRecordedResultsAndCounts(string name)
    {
        var report = CheckedData.Run(
            ContractParser.ParseFile(Path.Combine(Golden, name, "contract.odcs.yaml"), UnknownKeys.Ignore).Contract!.Table(),
            File.ReadAllText(Path.Combine(Golden, name, "data.csv")));

        if (BetterThanRecorded.TryGetValue(name, out var better))
        {
            Assert.Equal(better, string.Join(' ', report.Results.Where(r => r.Status is CheckStatus.Failed).Select(r => $"{r.Rule}={r.Value}").Prepend("failed")));
            return;
        }

        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden, name, "expected.json")));
        var root = expected.RootElement;
        Assert.Equal(root.GetProperty("result").GetString(), Verdict(report));
        Assert.Equal(
            root.GetProperty("checks").EnumerateArray().Select(Recorded).Order(StringComparer.Ordinal),
            report.Results.Where(r => r.Kind is not (CheckKind.Type or CheckKind.Custom or CheckKind.Text)).Select(Ours).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(report.Results, r => r.Kind is CheckKind.Type && r.Status is not CheckStatus.Passed);
    }

    private static string Verdict(CheckReport report) =>
        report.Results.Any(r => r.Status is CheckStatus.Failed or CheckStatus.Broken && r.Severity is QualitySeverity.Error) ? "failed"
        : report.Results.Any(r => r.Status is CheckStatus.Failed) ? "warning"
        : "passed";

    private static string Recorded(JsonElement check)
    {
        var diagnostics = check.TryGetProperty("diagnostics", out var d) ? d : default;
        var value = diagnostics.ValueKind is JsonValueKind.Object && diagnostics.TryGetProperty("percent", out var p) ? p.GetDouble().ToString(CultureInfo.InvariantCulture)
            : diagnostics.ValueKind is JsonValueKind.Object && diagnostics.TryGetProperty("value", out var v) ? v.GetRawText()
            : "";
        var threshold = diagnostics.ValueKind is JsonValueKind.Object && diagnostics.TryGetProperty("threshold", out var t) ? t.GetString() : "";
        return $"{check.GetProperty("type").GetString()} {(check.TryGetProperty("field", out var f) ? f.GetString() : "")} {check.GetProperty("result").GetString()} {value} {threshold}";
    }

    private static string Ours(CheckResult result)
    {
        var type = result.Kind switch
        {
            CheckKind.Present => "field_is_present",
            CheckKind.Required => "field_required",
            CheckKind.PrimaryKeyRequired => "field_primary_key_required",
            CheckKind.Unique => "field_unique",
            CheckKind.PrimaryKeyUnique => "field_primary_key_unique",
            CheckKind.Pattern => "field_regex",
            CheckKind.Minimum => "field_minimum",
            CheckKind.Maximum => "field_maximum",
            CheckKind.NullValues => "field_null_values",
            CheckKind.MissingValues => "field_missing_values",
            CheckKind.InvalidValues => "field_invalid_values",
            CheckKind.DuplicateValues => result.Column is null ? "model_duplicate_values" : "field_duplicate_values",
            CheckKind.RowCount => "row_count",
            CheckKind.Sql => result.Column is null ? "model_quality_sql" : "field_quality_sql",
            _ => result.Kind.ToString(),
        };
        var outcome = result.Status switch
        {
            CheckStatus.Passed => "passed",
            CheckStatus.Failed when result.Severity is QualitySeverity.Warning => "warning",
            _ => "failed",
        };
        var measured = result.Status is CheckStatus.Broken || result.Kind is CheckKind.Present ? " " : $"{result.Value} {result.Threshold?.Replace(" %", "", StringComparison.Ordinal)}";
        return $"{type} {result.Column} {outcome} {measured}";
    }
}
