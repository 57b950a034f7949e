using System.Globalization;
using System.Text.Json;
using Lakehouse.Contracts;
using Lakehouse.Raw.Csv;
using Lakehouse.DuckDb;
using Lakehouse.Quality;

namespace Orchestrator.Conformance;

/// <summary>
/// A contract with data and the checks that another tool ran: the same checks with the same results, values and thresholds. The tool
/// is known to be weak in three ways, which the recording's own notes state; there a difference is explained, not failed: a value
/// that does not cast stops its whole run, it does not check fractions in whole numbers nor named formats, and two like checks on
/// one column fail inside it.
/// </summary>
public static class OdcsCheckCases
{
    /// <summary>Judges the case in a folder with <c>contract.odcs.yaml</c>, <c>data.csv</c> and <c>expected.json</c>.</summary>
    public static CaseResult Judge(string folder)
    {
        var id = $"checks/{Path.GetFileName(folder)}";
        var parsed = ContractParser.ParseFile(Path.Combine(folder, "contract.odcs.yaml"), UnknownKeys.Ignore);
        if (parsed.Contract is null)
        {
            return new CaseResult(id, CaseVerdict.Failed, string.Join("; ", parsed.Errors));
        }

        var report = Run(parsed.Contract.Table(), Path.Combine(folder, "data.csv"));
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        var checks = expected.RootElement.GetProperty("checks").EnumerateArray().ToList();
        var weak = checks.Any(c => Text(c, "type") == "general" || Text(c, "reason").Contains("Duplicate column name", StringComparison.Ordinal));
        var differences = weak ? [] : Differences(checks, report);
        var verdict = Text(expected.RootElement, "result");
        var beyond = report.Results.Where(r => r.Kind is CheckKind.Type or CheckKind.Format && r.Status is CheckStatus.Failed).ToList();
        if (differences.Count > 0 || (verdict != Verdict(report) && beyond.Count == 0))
        {
            return new CaseResult(id, CaseVerdict.Failed, $"expected {verdict}, seen {Verdict(report)}; {string.Join("; ", differences)}");
        }

        return weak || beyond.Count > 0
            ? new CaseResult(id, CaseVerdict.Explained, $"the recorded tool gives {verdict}; here {string.Join(", ", report.Results.Where(r => r.Status is not CheckStatus.Passed).Select(r => $"{r.Rule} {r.Threshold} fails with {r.Value}"))}, the other {report.Results.Count(r => r.Status is CheckStatus.Passed)} checks pass")
            : new CaseResult(id, CaseVerdict.Passed);
    }

    /// <summary>Runs a table's checks over a CSV file as a plain test of raw data does.</summary>
    public static CheckReport Run(ContractTable table, string path)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        using var reader = CsvSource.Open(path, CsvDialect.Default);
        connection.Execute($"CREATE TABLE data ({string.Join(", ", reader.Header.Select(h => $"{SqlIdentifier.Quote(h)} VARCHAR"))})");
        using (var rows = connection.CreateAppender("data"))
        {
            while (reader.Read())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    rows.Append(reader.IsNull(i) ? null : reader.GetString(i));
                }

                rows.EndRow();
            }

            rows.Complete();
        }

        return ContractPlan.Compile(table, connection, "data", TextColumns.CheckEachValue).Run(connection, new CheckRequest
        {
            Relation = "data", Dataset = table.Name, Partition = "all", RunId = "conformance", QuarantinedAt = DateTimeOffset.UnixEpoch, Scope = CheckScope.Input,
        });
    }

    private static List<string> Differences(IReadOnlyList<JsonElement> checks, CheckReport report)
    {
        var wanted = checks.Select(Recorded).Order(StringComparer.Ordinal).ToList();
        var seen = report.Results.Where(r => r.Kind is not (CheckKind.Type or CheckKind.Format or CheckKind.Custom or CheckKind.Text)).Select(Ours).Order(StringComparer.Ordinal).ToList();
        return [.. wanted.Except(seen).Select(w => $"expected '{w}'"), .. seen.Except(wanted).Select(s => $"seen '{s}'")];
    }

    private static string Verdict(CheckReport report) =>
        report.Results.Any(r => r.Status is CheckStatus.Failed or CheckStatus.Broken && r.Severity is QualitySeverity.Error) ? "failed"
        : report.Results.Any(r => r.Status is CheckStatus.Failed or CheckStatus.Broken) ? "warning"
        : "passed";

    private static string Recorded(JsonElement check)
    {
        var diagnostics = check.TryGetProperty("diagnostics", out var d) ? d : default;
        var value = Raw(diagnostics, "percent") is { Length: > 0 } percent ? double.Parse(percent, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : Raw(diagnostics, "value");
        return $"{Text(check, "type")} {Text(check, "field")} {Text(check, "result")} {value} {Text(diagnostics, "threshold")}".TrimEnd();
    }

    private static string Ours(CheckResult result)
    {
        var outcome = result.Status is CheckStatus.Passed ? "passed" : result.Status is CheckStatus.Failed && result.Severity is QualitySeverity.Warning ? "warning" : "failed";
        var measured = result.Status is CheckStatus.Broken || result.Kind is CheckKind.Present ? "" : $"{result.Value} {result.Threshold?.Replace(" %", "", StringComparison.Ordinal)}";
        return $"{TypeOf(result)} {(result.Kind is CheckKind.PrimaryKeyUnique && result.Column!.Contains(',', StringComparison.Ordinal) ? "" : result.Column)} {outcome} {measured}".TrimEnd();
    }

    private static string TypeOf(CheckResult result) => result.Kind switch
    {
        CheckKind.Present => "field_is_present",
        CheckKind.Required => "field_required",
        CheckKind.PrimaryKeyRequired => "field_primary_key_required",
        CheckKind.Unique => "field_unique",
        CheckKind.PrimaryKeyUnique => result.Column!.Contains(',', StringComparison.Ordinal) ? "model_primary_key_unique" : "field_primary_key_unique",
        CheckKind.Pattern => "field_regex",
        CheckKind.MinLength => "field_min_length",
        CheckKind.MaxLength => "field_max_length",
        CheckKind.Minimum or CheckKind.ExclusiveMinimum => "field_minimum",
        CheckKind.Maximum or CheckKind.ExclusiveMaximum => "field_maximum",
        CheckKind.NullValues => "field_null_values",
        CheckKind.MissingValues => "field_missing_values",
        CheckKind.InvalidValues => "field_invalid_values",
        CheckKind.DuplicateValues => result.Column is null ? "model_duplicate_values" : "field_duplicate_values",
        CheckKind.RowCount => "row_count",
        CheckKind.Sql => result.Column is null ? "model_quality_sql" : "field_quality_sql",
        _ => result.Kind.ToString(),
    };

    private static string Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    private static string Raw(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.GetRawText().Trim('"') : "";
}
