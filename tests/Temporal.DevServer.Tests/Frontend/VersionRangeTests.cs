using Temporal.DevServer.Frontend;

namespace Temporal.DevServer.Tests.Frontend;

public sealed class VersionRangeTests
{
    [Theory]
    [InlineData("<2.0.0", "1.99.9", true)]
    [InlineData("<2.0.0", "2.0.0-rc.1", true)]
    [InlineData("<2.0.0", "2.0.0", false)]
    [InlineData(">=1.0.0 <2.0.0", "1.32.0", true)]
    [InlineData(">=1.0.0 <2.0.0 || 3.1.0", "3.1.0", true)]
    [InlineData("!=1.0.0", "1.0.0+build", false)]
    public void Contains_OfAVersion_FollowsTheConditions(string range, string version, bool expected) =>
        Assert.Equal(expected, VersionRange.Parse(range).Contains(SemanticVersion.Parse(version)));

    [Theory]
    [InlineData("1.2", "No Major.Minor.Patch elements found")]
    [InlineData("01.2.3", "Major number must not contain leading zeroes \"01\"")]
    [InlineData("1.x.3", "Invalid character(s) found in minor number \"x\"")]
    public void Parse_OfWhatIsNoVersion_SaysWhy(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => SemanticVersion.Parse(text)).Message);
}
