using Orchestrator.TestKit;
using Temporalio.Client;

namespace Temporalio.Tests.Surface;

public sealed class PublicApiTests
{
    private static readonly string GapsFile = TestPaths.InRepo("docs", "specs", "sdk-gaps.md");

    [Fact]
    public void Public_EveryMember_IsInTheListing()
    {
        var listed = ApiListing.Read(TestPaths.InRepo("tests", "Listings", "Temporalio.api.txt")).ToHashSet(StringComparer.Ordinal);

        var extra = PublicApi.Lines(typeof(TemporalClient).Assembly).Where(line => !listed.Contains(line)).ToList();

        Assert.True(extra.Count == 0, $"Not in the official package:{Environment.NewLine}{string.Join(Environment.NewLine, extra)}");
    }

    [Fact]
    public void Listing_MissingMembers_AreWrittenDown()
    {
        var listed = ApiListing.Read(TestPaths.InRepo("tests", "Listings", "Temporalio.api.txt"));
        var ours = PublicApi.Lines(typeof(TemporalClient).Assembly).ToHashSet(StringComparer.Ordinal);
        var missing = listed.Where(line => !ours.Contains(line)).ToList();
        if (Environment.GetEnvironmentVariable("UPDATE_SDK_GAPS") == "1")
        {
            File.WriteAllText(GapsFile, ApiGaps.Render(missing, listed.Count));
        }

        var unknown = missing.Except(ApiGaps.ReadKnown(GapsFile)).ToList();

        Assert.True(unknown.Count == 0, $"Missing and not in '{GapsFile}':{Environment.NewLine}{string.Join(Environment.NewLine, unknown)}");
    }
}
