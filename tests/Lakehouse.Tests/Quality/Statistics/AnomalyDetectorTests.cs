using Lakehouse.Quality.Statistics;

namespace Lakehouse.Tests.Quality.Statistics;

public sealed class AnomalyDetectorTests
{
    private static readonly DateOnly Start = new(2024, 1, 1);

    [Fact]
    public void Judge_TooFewPoints_IsLearning() =>
        Assert.True(AnomalyDetector.Judge(Series(13, d => 100), new MetricPoint(Start.AddDays(13), 5)) is { IsLearning: true, IsAnomalous: false });

    [Fact]
    public void Judge_WeeklyPattern_ExpectsTheDaysOwnLevel()
    {
        static double Weekly(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 200 : 1000;
        var history = Series(42, Weekly);

        for (var i = 0; i < 7; i++)
        {
            var day = Start.AddDays(42 + i);
            Assert.False(AnomalyDetector.Judge(history, new MetricPoint(day, Weekly(day))).IsAnomalous);
            Assert.True(AnomalyDetector.Judge(history, new MetricPoint(day, 1200 - Weekly(day))).IsAnomalous);
        }
    }

    [Fact]
    public void Judge_Growth_FollowsTheTrend()
    {
        var history = Series(56, d => 1000 + (10 * (d.DayNumber - Start.DayNumber)));

        var verdict = AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(56), 1560));

        Assert.Equal(1560, verdict.Expected, 6);
        Assert.False(verdict.IsAnomalous);
        Assert.True(AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(56), 1000)).IsAnomalous);
    }

    [Fact]
    public void Judge_PastOutliers_NeitherHideNorCauseAlarms()
    {
        var history = Series(42, d => d.DayNumber % 13 == 0 ? 90_000 : 1000 + (d.DayNumber % 5));

        Assert.False(AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(42), 1003)).IsAnomalous);
        Assert.True(AnomalyDetector.Judge(history, new MetricPoint(Start.AddDays(42), 400)).IsAnomalous);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(double.PositiveInfinity)]
    public void Judge_ValueThatIsNoNumberOrGone_IsAnomalous(double value) =>
        Assert.True(AnomalyDetector.Judge(Series(30, d => 500), new MetricPoint(Start.AddDays(30), value)).IsAnomalous);

    [Fact]
    public void Judge_Noise_RarelyAlarms()
    {
        var random = new Random(7);
        double Noise(DateOnly day) => 1000 + (30 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)) + (day.DayOfWeek is DayOfWeek.Sunday ? -300 : 0);
        var points = Series(400, Noise);

        var alarms = Enumerable.Range(56, 344).Count(i => AnomalyDetector.Judge(points.Take(i), points[i]).IsAnomalous);

        Assert.InRange(alarms, 0, 4);
    }

    private static List<MetricPoint> Series(int days, Func<DateOnly, double> value) =>
        [.. Enumerable.Range(0, days).Select(i => new MetricPoint(Start.AddDays(i), value(Start.AddDays(i))))];
}
