using Lakehouse.Contracts;
using Lakehouse.Quality;
using Orchestrator.Conformance;
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
        ["date-wrong"] = "d.type=1",
        ["float-in-integer"] = "id.type=1",
        ["format-email"] = "v.format=1",
        ["format-uuid"] = "v.format=1",
        ["row-count-greater"] = "row_count=3 row_count_3=3",
    };

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Golden).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_RecordedCase_GivesTheRecordedResultsAndCounts(string name)
    {
        var folder = Path.Combine(Golden, name);
        var judged = OdcsCheckCases.Judge(folder);

        if (!BetterThanRecorded.TryGetValue(name, out var better))
        {
            Assert.True(judged.Verdict is CaseVerdict.Passed, judged.Why);
            return;
        }

        Assert.True(judged.Verdict is CaseVerdict.Explained, judged.Why);
        var report = OdcsCheckCases.Run(
            ContractParser.ParseFile(Path.Combine(folder, "contract.odcs.yaml"), UnknownKeys.Ignore).Contract!.Table(),
            Path.Combine(folder, "data.csv"));
        Assert.Equal(better, string.Join(' ', report.Results.Where(r => r.Status is CheckStatus.Failed).Select(r => $"{r.Rule}={r.Value}")));
    }
}
