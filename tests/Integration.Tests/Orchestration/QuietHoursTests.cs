using System.Globalization;
using Orchestrator.Activities.Contracts;

namespace Integration.Tests.Orchestration;

public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("22:00-06:00", "2026-01-10T21:59:00", null)]
    [InlineData("22:00-06:00", "2026-01-10T22:00:00", "08:00:00")]
    [InlineData("22:00-06:00", "2026-01-11T05:59:30", "00:01:00")]
    [InlineData("22:00-06:00", "2026-01-11T06:00:00", null)]
    [InlineData("09:00-17:30", "2026-01-11T12:00:00", "05:30:00")]
    [InlineData("22:00-06:00 Europe/Berlin", "2026-01-10T21:00:00", "08:00:00")]
    [InlineData("22:00-06:00 Europe/Berlin", "2026-07-10T20:00:00", "08:00:00")]
    [InlineData("22:00-06:00 Europe/Berlin", "2026-07-10T19:59:00", null)]
    // Nights in which clocks go forward and back.
    [InlineData("22:00-06:00 Europe/Berlin", "2026-03-28T21:00:00", "07:00:00")]
    [InlineData("22:00-06:00 Europe/Berlin", "2026-10-24T20:00:00", "09:00:00")]
    public void LeftAt_AnyTime_IsHowLongTheyGoOn(string text, string now, string? left) =>
        Assert.Equal(
            left is null ? null : TimeSpan.Parse(left, CultureInfo.InvariantCulture),
            QuietHours.Parse(text)!.LeftAt(DateTime.Parse(now, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("22-6")]
    [InlineData("22:00-22:00")]
    [InlineData("22:00-06:00 Europe/Nowhere")]
    [InlineData("22:00-06:00 Europe/Berlin Europe/Paris")]
    [InlineData("")]
    public void Parse_OfWhatIsNoTimeOfDay_SaysWhatIsExpected(string text) =>
        Assert.Contains("22:00-06:00", Assert.Throws<FormatException>(() => QuietHours.Parse(text)).Message, StringComparison.Ordinal);
}
