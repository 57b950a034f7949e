using Orchestrator.Pipelines.Scheduling;

namespace Orchestrator.Pipelines.Tests.Scheduling;

public sealed class CronExpressionTests
{
    [Theory]
    [InlineData("30 6 * * mon-fri", "2024-02-29T06:30 2024-03-01T06:30 2024-03-04T06:30")]
    [InlineData("0 0 29 2 *", "2024-02-29T00:00 2028-02-29T00:00 2032-02-29T00:00")]
    [InlineData("0 12 L * *", "2024-02-29T12:00 2024-03-31T12:00 2024-04-30T12:00")]
    [InlineData("0 12 15,L * *", "2024-02-29T12:00 2024-03-15T12:00 2024-03-31T12:00")]
    [InlineData("*/20 23 * * 7", "2024-03-03T23:00 2024-03-03T23:20 2024-03-03T23:40")]
    [InlineData("5/25 0 1 */6 *", "2024-07-01T00:05 2024-07-01T00:30 2024-07-01T00:55")]
    [InlineData("0 0 13 * fri", "2024-03-01T00:00 2024-03-08T00:00 2024-03-13T00:00")] // either day is enough
    [InlineData("0 0 1-3,5 MAR *", "2024-03-01T00:00 2024-03-02T00:00 2024-03-03T00:00")]
    [InlineData("@monthly", "2024-03-01T00:00 2024-04-01T00:00 2024-05-01T00:00")]
    public void Between_GivesTheTimesInOrder(string text, string expected)
    {
        var times = CronExpression.Parse(text).Between(new DateTime(2024, 2, 29), new DateTime(2040, 1, 1)).Take(3);

        Assert.Equal(expected, string.Join(' ', times.Select(t => t.ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void Between_IsHalfOpen()
    {
        var cron = CronExpression.Parse("0 * * * *");

        Assert.Equal([1, 2], cron.Between(new DateTime(2024, 1, 1, 1, 0, 0), new DateTime(2024, 1, 1, 3, 0, 0)).Select(t => t.Hour));
    }

    [Theory]
    [InlineData("", "five fields")]
    [InlineData("0 0 0 * * *", "not 6")]
    [InlineData("60 * * * *", "'60' is no minute: it takes numbers from 0 to 59")]
    [InlineData("* * 0 * *", "'0' is no day of month")]
    [InlineData("* * * fbe *", "'fbe' is no month")]
    [InlineData("* * * * fri-mon", "'fri-mon' is no day of week")]
    [InlineData("*/0 * * * *", "'*/0' is no minute")]
    [InlineData("1-2-3 * * * *", "'1-2-3' is no minute")]
    [InlineData("-1 * * * *", "'' is no minute")]
    [InlineData("0 0 30 feb *", "no day that ever comes")]
    public void Parse_OfNone_NamesTheField(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => CronExpression.Parse(text)).Message, StringComparison.Ordinal);
}
