using Orchestrator.TestKit;
using Temporalio.Client;
using Temporalio.Extensions.DiagnosticSource;
using Temporalio.Extensions.Hosting;
using Temporalio.Extensions.OpenTelemetry;

namespace Temporalio.Tests.Surface;

public sealed class PublicApiTests
{
    /// <summary>How much of the official package may be missing, Nexus aside.</summary>
    private const double MissingAtMost = 0.10;

    private static readonly string GapsFile = TestPaths.InRepo("docs", "specs", "sdk-gaps.md");

    private static readonly IReadOnlyList<PackageSurface> Packages =
    [
        new(typeof(TemporalClient).Assembly), new(typeof(CustomMetricMeter).Assembly), new(typeof(TemporalWorkerService).Assembly),
        new(typeof(TracingInterceptor).Assembly),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names => Packages.Select(p => new TheoryDataRow<string>(p.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Public_EveryMember_IsInTheListing(string package)
    {
        var extra = Packages.Single(p => p.Name == package).Extra;

        Assert.True(extra.Count == 0, $"Not in the official package:{Environment.NewLine}{string.Join(Environment.NewLine, extra)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Public_EveryMember_IsAsListed(string package)
    {
        var different = Packages.Single(p => p.Name == package).Different;

        Assert.True(different.Count == 0, $"{different.Count} differ from the official package:{Environment.NewLine}{string.Join(Environment.NewLine, different)}");
    }

    [Fact]
    public void Listing_MissingMembers_AreWrittenDown()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SDK_GAPS") == "1")
        {
            File.WriteAllText(GapsFile, ApiGaps.Render(Packages));
        }

        var unknown = Packages.SelectMany(p => p.Missing).Except(ApiGaps.ReadKnown(GapsFile)).ToList();

        Assert.True(unknown.Count == 0, $"Missing and not in '{GapsFile}':{Environment.NewLine}{string.Join(Environment.NewLine, unknown)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Listing_OutsideNexus_IsNearlyWhole(string package) =>
        Assert.InRange(ApiGaps.ShareMissing(Packages.Single(p => p.Name == package)), 0, MissingAtMost);
}
