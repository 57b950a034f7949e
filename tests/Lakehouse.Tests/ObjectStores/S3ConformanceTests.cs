using Orchestrator.Conformance;
using Orchestrator.Conformance.S3;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.ObjectStores;

public sealed class S3ConformanceTests
{
    [Fact]
    public void Judge_OfTheRecordedExchanges_FindsNoneThatFails()
    {
        var results = S3Cases.Judge(TestPaths.Shared("golden", "s3")).ToList();
        Assert.True(results.Count >= 200, $"Only {results.Count} cases were judged.");
        Assert.Empty(results.Where(r => r.Verdict is CaseVerdict.Failed).Select(r => $"{r.Id}: {r.Why}"));
    }
}
